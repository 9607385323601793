#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <variant>
#include <vector>

namespace evenfold::tests::chain {
namespace {

using storage::postgres::ArrayColumn;
using storage::postgres::QueryParameters;
using storage::postgres::ServerConnection;
using storage::postgres::ValueType;

constexpr std::string_view unprotect = R"sql(
DO $$
DECLARE
    command text;
BEGIN
    FOR command IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
                   WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f')
    UNION ALL      SELECT format('DROP TRIGGER append_only ON %s', tgrelid::regclass) FROM pg_trigger t
                   JOIN pg_class c ON c.oid = t.tgrelid
                   WHERE c.relnamespace = current_schema()::regnamespace AND tgname = 'append_only' LOOP
        EXECUTE command;
    END LOOP;
END $$;
)sql";

constexpr std::string_view delete_all = "DELETE FROM empty_receipts; DELETE FROM events; DELETE FROM streams; "
                                        "DELETE FROM receipts; DELETE FROM keys; DELETE FROM heads; "
                                        "DELETE FROM removals";

bool fits(std::uint64_t number) {
    return number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

std::string_view bytes_of_id(const CommandId& id) {
    return {reinterpret_cast<const char*>(id.uuid.bytes.data()), id.uuid.bytes.size()};
}

void add_or_null(ArrayColumn& column, std::string_view bytes) {
    if (bytes.empty())
        column.add_null();
    else
        column.add(bytes);
}

void add_or_null(ArrayColumn& column, const std::optional<std::uint64_t>& number) {
    if (number)
        column.add(static_cast<std::int64_t>(*number));
    else
        column.add_null();
}

/// The columns of `events`, whose types are given in the order of the table.
class EventArrays {
public:
    static constexpr std::string_view insert =
        "INSERT INTO events SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[], $5::int[], "
        "$6::text[], $7::bigint[], $8::uuid[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bigint[], $13::bytea[], "
        "$14::bytea[], $15::bytea[], $16::bytea[], $17::bytea[], $18::int[], $19::int[])";

    EventArrays() {
        using enum ValueType;
        for (const ValueType type : {int8, int8, int8, uuid, int4, text, int8, uuid, int8, int8, bytea, int8, bytea,
                                     bytea, bytea, bytea, bytea, int4, int4})
            columns_.emplace_back(type);
    }

    void add(const EventRow& row, std::int64_t stream) {
        columns_[0].add(row.sequence);
        columns_[1].add(stream);
        columns_[2].add(row.version);
        columns_[3].add(bytes_of_id(row.command));
        columns_[4].add(std::int64_t{row.index});
        columns_[5].add(row.actor);
        add_or_null(columns_[6], row.cause);
        columns_[7].add(bytes_of_id(row.correlation));
        columns_[8].add(row.at.unix_ms);
        columns_[9].add(row.stored_at.unix_ms);
        columns_[10].add(row.type);
        columns_[11].add(std::int64_t{row.type_version});
        columns_[12].add(row.data);
        add_or_null(columns_[13], row.salt);
        add_or_null(columns_[14], row.payload_hash);
        add_or_null(columns_[15], row.previous);
        add_or_null(columns_[16], row.mac);
        add_or_null(columns_[17], row.key);
        add_or_null(columns_[18], row.removed);
    }

    [[nodiscard]] QueryParameters parameters() {
        QueryParameters parameters;
        for (ArrayColumn& column : columns_) parameters.add(column);
        return parameters;
    }

private:
    std::vector<ArrayColumn> columns_;
};

bool is_storable(const EventRow& row) {
    constexpr std::uint32_t int_max = std::numeric_limits<std::int32_t>::max();
    return row.unreadable.empty() && fits(row.sequence) && fits(row.version) && fits(row.cause.value_or(0)) &&
           row.index <= int_max && row.key.value_or(0) <= int_max && row.removed.value_or(0) <= int_max;
}

} // namespace

PostgresRows::PostgresRows(PostgresServer& server) : url_(server.url(server.new_journal())) {
    (void)journal::open_journal(url_, journal::Access::create, key_options(1));
    const auto parsed = storage::postgres::ServerUrl::parse(url_, "journal");
    REQUIRE(parsed);
    auto opened = ServerConnection::open(*parsed, {});
    REQUIRE_MESSAGE(opened, opened.error().what);
    connection_ = std::move(*opened);
    REQUIRE(connection_->execute("prepare", "SET synchronous_commit = off; SET search_path = " + *parsed->own_value()));
    REQUIRE(connection_->execute("remove protection", std::string(unprotect)));
}

bool PostgresRows::run(std::string_view sql, QueryParameters parameters) {
    return connection_->query({.operation = "insert rows", .sql = sql, .parameters = std::move(parameters)})
        .has_value();
}

bool PostgresRows::insert_receipts(const StoredJournal& stored) {
    ArrayColumn commands(ValueType::uuid);
    ArrayColumn fingerprints(ValueType::bytea);
    ArrayColumn firsts(ValueType::int8);
    ArrayColumn counts(ValueType::int8);
    bool fit = true;
    const auto add = [&](const ReceiptRow& row) {
        commands.add(bytes_of_id(row.command));
        fingerprints.add(row.fingerprint);
        firsts.add(row.first);
        counts.add(std::int64_t{row.count});
        fit = fit && fits(row.first);
    };
    ArrayColumn numbers(ValueType::int8);
    ArrayColumn of_commands(ValueType::uuid);
    ArrayColumn macs(ValueType::bytea);
    ArrayColumn keys(ValueType::int8);
    for (const ReceiptRow& row : stored.receipts) add(row);
    for (const EmptyReceiptRow& row : stored.links) {
        numbers.add(row.number);
        of_commands.add(bytes_of_id(row.command));
        macs.add(row.mac);
        keys.add(row.key);
        fit = fit && fits(row.number) && (!row.receipt || row.receipt->command == row.command);
        if (row.receipt) add(*row.receipt);
    }
    return fit &&
           run("INSERT INTO receipts SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::bigint[])",
               std::move(QueryParameters().add(commands).add(fingerprints).add(firsts).add(counts))) &&
           run("INSERT INTO empty_receipts SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bigint[])",
               std::move(QueryParameters().add(numbers).add(of_commands).add(macs).add(keys)));
}

bool PostgresRows::insert(const StoredJournal& stored) {
    std::map<std::string, std::int64_t> streams;
    EventArrays events;
    ArrayColumn names(ValueType::bytea);
    for (const EventRow& row : stored.events) {
        if (!is_storable(row)) return false;
        const auto [stream, is_new] = streams.try_emplace(row.stream, static_cast<std::int64_t>(streams.size()) + 1);
        if (is_new) names.add(row.stream);
        events.add(row, stream->second);
    }
    if (!run("INSERT INTO streams SELECT n, name FROM unnest($1::bytea[]) WITH ORDINALITY u(name, n)",
             std::move(QueryParameters().add(names))) ||
        !run(EventArrays::insert, events.parameters()))
        return false;
    if (!insert_receipts(stored)) return false;
    for (const KeyRow& row : stored.keys) {
        QueryParameters values;
        values.add(row.number).add(row.id, ValueType::text).add(row.scheme, ValueType::text).add(row.first);
        values.add(row.root, ValueType::bytea).add(row.by_old, ValueType::bytea).add(row.by_new, ValueType::bytea);
        if (!fits(row.first) ||
            !run("INSERT INTO keys VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, 0)", std::move(values)))
            return false;
    }
    for (const HeadRow& row : stored.heads) {
        QueryParameters values;
        values.add(row.size).add(row.root, ValueType::bytea).add(row.frontier, ValueType::bytea);
        values.add(row.note, ValueType::text);
        if (!fits(row.size) || !run("INSERT INTO heads VALUES ($1, $2, $3, 0, $4)", std::move(values))) return false;
    }
    for (const RemovalRow& row : stored.removals) {
        QueryParameters values;
        values.add(row.number).add(row.note, ValueType::text);
        if (!run("INSERT INTO removals VALUES ($1, $2)", std::move(values))) return false;
    }
    QueryParameters values;
    values.add(stored.origin, ValueType::text).add(stored.domain, ValueType::bytea);
    return run("UPDATE journal SET origin = $1, domain = $2", std::move(values)) &&
           run("UPDATE head SET sequence = coalesce((SELECT max(sequence) FROM events), 0), mac = coalesce((SELECT mac "
               "FROM events ORDER BY sequence DESC LIMIT 1), (SELECT by_new FROM keys WHERE number = 1))",
               {});
}

bool PostgresRows::replace(const StoredJournal& stored) {
    REQUIRE(connection_->execute("begin", "BEGIN; " + std::string(delete_all)));
    const bool inserted = insert(stored);
    REQUIRE(connection_->execute("end", inserted ? "COMMIT" : "ROLLBACK"));
    return inserted;
}

ChainReport report_of_database(const std::string& url, const ChainTrust& trust, VerifyScope scope) {
    const auto source = journal::open_postgres_chain(url);
    REQUIRE_MESSAGE(source, source.error().what);
    auto report = verify(**source, trust, scope);
    REQUIRE_MESSAGE(report, report.error().what);
    return std::move(*report);
}

journal::PostgresOptions key_options(std::uint64_t key) {
    return {.domain = "plans", .signing = journal::SigningOptions{key_of(key)}};
}

void append(journal::Journal& journal, const std::vector<journal::Batch>& group) {
    const auto receipts = journal.append(group, std::nullopt);
    REQUIRE_MESSAGE(receipts, std::get<system::Failure>(receipts.error()).what);
}

} // namespace evenfold::tests::chain
