#include "evenfold/journal/sqlite/schema_check.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/sqlite/tables.hpp"

namespace evenfold::journal::sqlite {

namespace {

struct ExpectedTable {
    std::string_view name;
    std::string_view columns; // each with its type and three digits: NOT NULL, position in the primary key, hidden
    std::string_view indexes; // u: of a unique constraint, pk: of the primary key; with its columns
};

constexpr std::string_view plain_event_columns =
    "sequence INTEGER 010, stream INTEGER 100, version INTEGER 100, command TEXT 100, index_in_batch INTEGER 100, "
    "actor TEXT 100, cause INTEGER 000, correlation TEXT 100, at_ms INTEGER 100, stored_at_ms INTEGER 100, type ANY "
    "100, type_version INTEGER 100, data ANY 100";

constexpr std::string_view signed_event_columns =
    ", salt BLOB 000, payload_hash BLOB 000, prev BLOB 000, mac BLOB 000, key INTEGER 000, removed INTEGER 000";

constexpr std::array<ExpectedTable, 3> plain_tables{
    {{"streams", "id INTEGER 010, name ANY 100", "u (name)"},
     {"receipts", "command TEXT 110, fingerprint ANY 100, first INTEGER 100, count INTEGER 100", "pk (command)"},
     {"journal", "domain ANY 100", ""}}};

constexpr std::array<ExpectedTable, 6> signed_tables{
    {{"keys",
      "number INTEGER 010, id TEXT 100, scheme TEXT 100, first INTEGER 100, root BLOB 100, by_old BLOB 000, by_new "
      "BLOB 100, at_ms INTEGER 100",
      "u (id)"},
     {"empty_receipts", "number INTEGER 010, command TEXT 100, mac BLOB 100, key INTEGER 100", "u (command)"},
     {"heads", "size INTEGER 010, root BLOB 100, frontier BLOB 100, at_ms INTEGER 100, note TEXT 100", ""},
     {"tiles", "level INTEGER 110, number INTEGER 120, hashes BLOB 100", "pk (level,number)"},
     {"removals", "number INTEGER 010, note TEXT 100", ""},
     {"anchorings", "size INTEGER 110, anchor TEXT 120, at_ms INTEGER 100, response TEXT 000", "pk (size,anchor)"}}};

using Fault = std::expected<void, Failure>;
using Named = std::map<std::string, std::string, std::less<>>;

template <class Visit>
Fault for_each_row(const Database& database, std::string_view query, const Visit& visit) {
    Statement rows = database.prepare(query);
    for (;;) {
        const int code = rows.step();
        if (code == SQLITE_DONE) return {};
        if (code != SQLITE_ROW) return std::unexpected(database.failure("read the schema"));
        if (auto fault = visit(rows); !fault) return fault;
    }
}

/// The tables of a format, and the names that its queries look for.
class ExpectedSchema {
public:
    explicit ExpectedSchema(JournalFormat format)
        : format_(format),
          statements_(schema_statements(format)),
          event_columns_(plain_event_columns),
          tables_(plain_tables.begin(), plain_tables.end()) {
        if (format == JournalFormat::signed_rows) {
            event_columns_ += signed_event_columns;
            tables_.insert(tables_.end(), signed_tables.begin(), signed_tables.end());
        }
        tables_.push_back({"events", event_columns_, "u (stream,version)"});
        for (const ExpectedTable& table : tables_) names_ += fmt::format("'{}', ", table.name);
        names_ += "'origin', 'journal_tail'";
    }
    ExpectedSchema(const ExpectedSchema&) = delete;
    ExpectedSchema& operator=(const ExpectedSchema&) = delete;

    [[nodiscard]] JournalFormat format() const { return format_; }
    [[nodiscard]] const std::vector<ExpectedTable>& tables() const { return tables_; }
    [[nodiscard]] std::size_t statement_count() const { return statements_.size(); }
    [[nodiscard]] bool is_own(std::string_view statement) const {
        return std::ranges::find(statements_, statement) != statements_.end();
    }

    [[nodiscard]] std::string columns_query() const {
        return fmt::format("SELECT m.name, group_concat(x.name || ' ' || x.type || ' ' || x.\"notnull\" || x.pk || "
                           "x.hidden, ', ') FROM sqlite_schema m, pragma_table_xinfo(m.name) x "
                           "WHERE m.type = 'table' AND m.name IN ({}) GROUP BY m.name",
                           names_);
    }
    [[nodiscard]] std::string indexes_query() const {
        return fmt::format("SELECT m.name, l.origin || ' (' || (SELECT group_concat(i.name) FROM "
                           "pragma_index_info(l.name) i) || ')', l.name, l.origin FROM sqlite_schema m, "
                           "pragma_index_list(m.name) l WHERE m.type = 'table' AND m.name IN ({})",
                           names_);
    }
    [[nodiscard]] std::string triggers_query() const {
        return fmt::format("SELECT lower(tbl_name), name, sql FROM sqlite_schema WHERE type = 'trigger' AND "
                           "lower(tbl_name) IN ({}, 'log')",
                           names_);
    }
    [[nodiscard]] std::string statements_query() const {
        return fmt::format("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND lower(tbl_name) IN ({}, 'log') AND "
                           "NOT (type = 'table' AND name IN ('origin', 'journal_tail'))",
                           names_);
    }

private:
    JournalFormat format_;
    std::vector<std::string> statements_;
    std::string event_columns_;
    std::vector<ExpectedTable> tables_;
    std::string names_; // in quotes
};

/// Returns the schema of `format`, which is made once.
const ExpectedSchema& expected_schema(JournalFormat format) {
    static const ExpectedSchema plain(JournalFormat::unsigned_rows);
    static const ExpectedSchema with_signatures(JournalFormat::signed_rows);
    return format == JournalFormat::signed_rows ? with_signatures : plain;
}

constexpr std::string_view views_query = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'log'";

Failure differing(const Database& database, const ExpectedSchema& expected, std::string_view what) {
    return damaged(database.file(),
                   fmt::format("its tables are not those of format {}: {}", static_cast<int>(expected.format()), what));
}

Failure foreign(const Database& database, std::string_view type, std::string_view name, std::string_view table) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: the {} {} on the table {} is not the journal's own", database.file().string(),
                                type, name, table),
            .remedy = fmt::format("Find out who added it and what it has changed, then remove it: DROP {} \"{}\".",
                                  type == "index" ? "INDEX" : "TRIGGER", name)};
}

Fault check_columns(const Database& database, const ExpectedSchema& expected) {
    Named found;
    auto read = for_each_row(database, expected.columns_query(), [&](const Statement& row) -> Fault {
        found.emplace(row.bytes(0), row.bytes(1));
        return {};
    });
    if (!read) return read;
    for (const ExpectedTable& table : expected.tables()) {
        const auto have = found.find(table.name);
        if (have == found.end())
            return std::unexpected(differing(database, expected, fmt::format("the table {} is gone", table.name)));
        if (have->second != table.columns)
            return std::unexpected(differing(database, expected,
                                             fmt::format("the table {} has the columns ({}) instead of ({})",
                                                         table.name, have->second, table.columns)));
    }
    return {};
}

Fault check_indexes(const Database& database, const ExpectedSchema& expected) {
    Named found;
    auto read = for_each_row(database, expected.indexes_query(), [&](const Statement& row) -> Fault {
        if (row.bytes(3) == "c") return std::unexpected(foreign(database, "index", row.bytes(2), row.bytes(0)));
        found[std::string(row.bytes(0))] += row.bytes(1);
        return {};
    });
    if (!read) return read;
    for (const ExpectedTable& table : expected.tables()) {
        const auto have = found.find(table.name);
        if ((have == found.end() ? "" : have->second) != table.indexes)
            return std::unexpected(
                differing(database, expected,
                          fmt::format("the table {} has other unique columns than {}", table.name, table.indexes)));
    }
    return {};
}

/// Returns whether every object is created by the same text as in a new journal. Most journals are, and this costs a
/// twentieth of the other checks.
std::expected<bool, Failure> has_own_statements(const Database& database, const ExpectedSchema& expected) {
    bool all_own = true;
    std::size_t count = 0;
    auto read = for_each_row(database, expected.statements_query(), [&](const Statement& row) -> Fault {
        ++count;
        all_own = all_own && expected.is_own(row.bytes(0));
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return all_own && count == expected.statement_count();
}

Fault check_triggers(const Database& database, const ExpectedSchema& expected) {
    return for_each_row(database, expected.triggers_query(), [&](const Statement& row) -> Fault {
        if (expected.is_own(row.bytes(2))) return {};
        return std::unexpected(foreign(database, "trigger", row.bytes(1), row.bytes(0)));
    });
}

Fault check_view(const Database& database, const ExpectedSchema& expected) {
    const auto have = database.text(views_query);
    if (!have) return std::unexpected(have.error());
    if (expected.is_own(*have)) return {};
    return std::unexpected(
        differing(database, expected, have->empty() ? "the view log is gone" : "the view log is another one"));
}

} // namespace

std::expected<void, Failure> check_schema(const Database& database, JournalFormat format) {
    const ExpectedSchema& expected = expected_schema(format);
    const auto own = has_own_statements(database, expected);
    if (!own) return std::unexpected(own.error());
    if (*own) return {};
    for (const auto& check : {check_columns, check_indexes, check_triggers, check_view}) {
        if (auto fault = check(database, expected); !fault) return fault;
    }
    return {};
}

} // namespace evenfold::journal::sqlite
