#include "evenfold/journal/sqlite/schema_check.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evenfold::journal::sqlite {

namespace {

struct ExpectedTable {
    std::string_view name;
    std::string_view columns; // each with its type and three digits: NOT NULL, position in the primary key, hidden
    std::string_view indexes; // u: of a unique constraint, pk: of the primary key; with its columns
};

constexpr std::array<ExpectedTable, 4> expected_tables{
    {{"streams", "id INTEGER 010, name ANY 100", "u (name)"},
     {"events",
      "sequence INTEGER 010, stream INTEGER 100, version INTEGER 100, command TEXT 100, index_in_batch INTEGER 100, "
      "actor TEXT 100, cause INTEGER 000, correlation TEXT 100, at_ms INTEGER 100, stored_at_ms INTEGER 100, type ANY "
      "100, type_version INTEGER 100, data ANY 100",
      "u (stream,version)"},
     {"receipts", "command TEXT 110, fingerprint ANY 100, first INTEGER 100, count INTEGER 100", "pk (command)"},
     {"journal", "domain ANY 100", ""}}};

constexpr std::string_view columns_query =
    "SELECT m.name, group_concat(x.name || ' ' || x.type || ' ' || x.\"notnull\" || x.pk || x.hidden, ', ') "
    "FROM sqlite_schema m, pragma_table_xinfo(m.name) x "
    "WHERE m.type = 'table' AND m.name IN ('streams', 'events', 'receipts', 'journal') GROUP BY m.name";

constexpr std::string_view indexes_query =
    "SELECT m.name, l.origin || ' (' || (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i) || ')', l.name, "
    "l.origin FROM sqlite_schema m, pragma_index_list(m.name) l WHERE m.type = 'table' AND m.name IN ('streams', "
    "'events', 'receipts', 'journal', 'origin', 'journal_tail')";

constexpr std::string_view triggers_query =
    "SELECT lower(tbl_name), name, sql FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) IN ('streams', "
    "'events', 'receipts', 'journal', 'origin', 'journal_tail', 'log')";

constexpr std::string_view views_query = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'log'";

constexpr std::string_view statements_query =
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND lower(tbl_name) IN ('streams', 'events', 'receipts', "
    "'journal', 'origin', 'journal_tail', 'log') AND NOT (type = 'table' AND name IN ('origin', 'journal_tail'))";

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

Failure differing(const Database& database, std::string_view what) {
    return damaged(database.file(), fmt::format("its tables are not those of format 1: {}", what));
}

Failure foreign(const Database& database, std::string_view type, std::string_view name, std::string_view table) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: the {} {} on the table {} is not the journal's own", database.file().string(),
                                type, name, table),
            .remedy = fmt::format("Find out who added it and what it has changed, then remove it: DROP {} \"{}\".",
                                  type == "index" ? "INDEX" : "TRIGGER", name)};
}

Fault check_columns(const Database& database) {
    Named found;
    auto read = for_each_row(database, columns_query, [&](const Statement& row) -> Fault {
        found.emplace(row.bytes(0), row.bytes(1));
        return {};
    });
    if (!read) return read;
    for (const ExpectedTable& table : expected_tables) {
        const auto have = found.find(table.name);
        if (have == found.end())
            return std::unexpected(differing(database, fmt::format("the table {} is gone", table.name)));
        if (have->second != table.columns)
            return std::unexpected(differing(database, fmt::format("the table {} has the columns ({}) instead of ({})",
                                                                   table.name, have->second, table.columns)));
    }
    return {};
}

Fault check_indexes(const Database& database) {
    Named found;
    auto read = for_each_row(database, indexes_query, [&](const Statement& row) -> Fault {
        if (row.bytes(3) == "c") return std::unexpected(foreign(database, "index", row.bytes(2), row.bytes(0)));
        found[std::string(row.bytes(0))] += row.bytes(1);
        return {};
    });
    if (!read) return read;
    for (const ExpectedTable& table : expected_tables) {
        const auto have = found.find(table.name);
        if ((have == found.end() ? "" : have->second) != table.indexes)
            return std::unexpected(differing(
                database, fmt::format("the table {} has other unique columns than {}", table.name, table.indexes)));
    }
    return {};
}

const std::vector<std::string>& own_statements() {
    static const std::vector<std::string> own = schema_statements();
    return own;
}

bool is_own(std::string_view statement) {
    return std::ranges::find(own_statements(), statement) != own_statements().end();
}

/// Returns whether every object is created by the same text as in a new journal. Most journals are, and this costs a
/// twentieth of the other checks.
std::expected<bool, Failure> has_own_statements(const Database& database) {
    bool all_own = true;
    std::size_t count = 0;
    auto read = for_each_row(database, statements_query, [&](const Statement& row) -> Fault {
        ++count;
        all_own = all_own && is_own(row.bytes(0));
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return all_own && count == own_statements().size();
}

Fault check_triggers(const Database& database) {
    return for_each_row(database, triggers_query, [&](const Statement& row) -> Fault {
        if (is_own(row.bytes(2))) return {};
        return std::unexpected(foreign(database, "trigger", row.bytes(1), row.bytes(0)));
    });
}

Fault check_view(const Database& database) {
    const auto have = database.text(views_query);
    if (!have) return std::unexpected(have.error());
    if (is_own(*have)) return {};
    return std::unexpected(differing(database, have->empty() ? "the view log is gone" : "the view log is another one"));
}

} // namespace

std::expected<void, Failure> check_schema(const Database& database) {
    const auto own = has_own_statements(database);
    if (!own) return std::unexpected(own.error());
    if (*own) return {};
    for (const auto& check : {check_columns, check_indexes, check_triggers, check_view}) {
        if (auto fault = check(database); !fault) return fault;
    }
    return {};
}

} // namespace evenfold::journal::sqlite
