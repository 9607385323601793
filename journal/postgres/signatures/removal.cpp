#include "evenfold/journal/postgres/signatures/removal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <thread>
#include <utility>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/postgres/signatures/signing_rows.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"
#include "evenfold/journal/removal_check.hpp"

namespace evenfold::journal::postgres {

namespace {

using chain::Hash;
using std::chrono::steady_clock;

constexpr std::uint64_t changed_at_once = 1024;
constexpr std::chrono::milliseconds reader_poll{20};
constexpr std::chrono::hours rebuild_wait{24};

constexpr std::string_view change_rows =
    "UPDATE events SET data = n.data, salt = n.salt, payload_hash = n.hash, removed = $5 "
    "FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[]) n(sequence, hash, data, salt) "
    "WHERE events.sequence = n.sequence";

// The transaction that emptied rows last, unless it is so old that its number has been used again.
constexpr std::string_view newest_removal =
    "SELECT xmin::text FROM events WHERE removed IS NOT NULL AND age(xmin) >= 0 ORDER BY age(xmin) LIMIT 1";

// All that may still read rows from before the transaction $1. A rebuilt table keeps these rows for them.
constexpr std::string_view older_readers = R"sql(
SELECT string_agg(reader, ', ')
FROM (SELECT age($1::text::xid) AS age) removal CROSS JOIN LATERAL (
    SELECT 'the session with the process id ' || pid AS reader FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND greatest(age(backend_xmin), age(backend_xid)) >= removal.age
    UNION ALL
    SELECT 'the prepared transaction ' || gid FROM pg_prepared_xacts WHERE age(transaction) >= removal.age
    UNION ALL
    SELECT 'the replication slot ' || slot_name FROM pg_replication_slots WHERE age(xmin) >= removal.age
    UNION ALL
    SELECT 'the setting vacuum_defer_cleanup_age'
    WHERE coalesce(current_setting('vacuum_defer_cleanup_age', true)::int, 0) >= removal.age
) readers)sql";

std::expected<void, Failure> check_owner(ServerConnection& connection) {
    const auto row = connection.query({.operation = "read the owner",
                                       .sql = "SELECT pg_has_role(relowner, 'USAGE'), pg_get_userbyid(relowner)::text "
                                              "FROM pg_class WHERE oid = 'events'::regclass"});
    if (!row) return std::unexpected(row.error());
    if (row->boolean(0, 0)) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::denied,
                .what = fmt::format("{}: only the owner of the tables, {}, may remove payloads", connection.place(),
                                    row->bytes(0, 1)),
                .remedy = "Connect as that user, or as a member of that role; nothing was changed."});
}

std::expected<bool, Failure> is_stored(ServerConnection& connection, const std::string& note) {
    ServerQuery query{.operation = "look for a removal", .sql = "SELECT 1 FROM removals WHERE note = $1"};
    query.parameters.add(note, ValueType::text);
    const auto rows = connection.query(query);
    if (!rows) return std::unexpected(rows.error());
    return rows->rows() > 0;
}

/// The origin, and the number of the next removal.
struct RemovalPlace {
    std::string origin;
    std::uint64_t number = 0;
};

std::expected<RemovalPlace, Failure> read_place(ServerConnection& connection) {
    const auto row = connection.query(
        {.operation = "read the name of the journal",
         .sql = "SELECT origin, (SELECT coalesce(max(number), 0) + 1 FROM removals)::bigint FROM journal WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1)
        return std::unexpected(damaged(connection.place(), "the row of the table journal is missing"));
    return RemovalPlace{.origin = std::string(row->bytes(0, 0)),
                        .number = static_cast<std::uint64_t>(row->integer(0, 1))};
}

/// Empties and replaces payloads in the transaction of the caller.
class RowEraser {
public:
    RowEraser(ServerConnection& connection, std::uint64_t number)
        : connection_(&connection), number_(number), rows_(connection), entries_(rows_) {}

    /// Changes the payloads of the events of one range.
    [[nodiscard]] std::expected<void, Failure> change(const chain::SequenceRange& range, RemovalCheck& check) {
        for (Sequence first = range.first; first <= range.last; first += changed_at_once) {
            ArrayColumn sequences(ValueType::int8);
            ArrayColumn hashes(ValueType::bytea);
            ArrayColumn payloads(ValueType::bytea);
            ArrayColumn salts(ValueType::bytea);
            const std::uint64_t count = std::min(changed_at_once, range.last - first + 1);
            auto visited = entries_.visit_leaves(first, count, [&](const chain::EventRow& row, const Hash& leaf) {
                const auto change = check.add(row, leaf);
                if (!change) return;
                sequences.add(row.sequence);
                hashes.add(chain::bytes_of(change->payload_hash));
                payloads.add(change->data);
                change->salt.empty() ? salts.add_null() : salts.add(change->salt);
            });
            if (!visited) return visited;
            ServerQuery query{.operation = "remove payloads", .sql = change_rows};
            query.parameters.add(sequences).add(hashes).add(payloads).add(salts).add(number_);
            if (auto changed = store_rows(*connection_, query, sequences.size()); !changed) return changed;
        }
        return {};
    }

private:
    ServerConnection* connection_;
    std::uint64_t number_; // of the removal
    StoredRows rows_;
    chain::ChainEntries entries_;
};

/// Waits until nobody can read rows from before the last removal any more.
std::expected<void, Failure> await_older_readers(ServerConnection& connection, std::chrono::milliseconds wait) {
    const auto newest = connection.query({.operation = "look for the last removal", .sql = newest_removal});
    if (!newest) return std::unexpected(newest.error());
    if (newest->rows() == 0) return {};
    ServerQuery query{.operation = "look for readers of an older state", .sql = older_readers};
    query.parameters.add(newest->bytes(0, 0), ValueType::text);
    for (const auto deadline = steady_clock::now() + wait;; std::this_thread::sleep_for(reader_poll)) {
        const auto readers = connection.query(query);
        if (!readers) return std::unexpected(readers.error());
        if (readers->is_null(0, 0)) return {};
        if (steady_clock::now() < deadline) continue;
        return std::unexpected(
            Failure{.kind = FailureKind::busy,
                    .what = fmt::format("an older state can still be read by {}", readers->bytes(0, 0)),
                    .remedy = {}});
    }
}

std::expected<void, Failure> rebuild(ServerConnection& connection) {
    const auto usual_wait = connection.response_wait();
    connection.set_response_wait(rebuild_wait);
    auto rebuilt = connection.execute("rebuild the table of events", "VACUUM (FULL) events");
    connection.set_response_wait(usual_wait);
    return rebuilt;
}

Failure still_in_storage(const ServerConnection& connection, const Failure& because) {
    Failure failure = because;
    failure.what =
        connection.place() +
        ": the payloads were removed, but their bytes may still be in the storage of the tables: " + because.what;
    failure.remedy = "End these readers, and make sure that the server has as much space again as the journal needs; "
                     "then repeat the removal.";
    return failure;
}

} // namespace

std::expected<void, Failure>
remove_payloads(ServerConnection& connection, const PayloadRemoval& removal, Sequence head) {
    if (auto checked = check_owner(connection); !checked) return checked;
    const auto known = is_stored(connection, removal.note);
    if (!known) return std::unexpected(known.error());
    if (*known) return {};
    const auto place = read_place(connection);
    if (!place) return std::unexpected(place.error());
    auto check = RemovalCheck::begin(removal, place->origin, head);
    if (!check) return std::unexpected(std::move(check.error()));
    if (auto added = insert_removal(connection, {.number = place->number, .note = removal.note}); !added) return added;
    if (auto lifted = connection.execute("lift the trigger", "ALTER TABLE events DISABLE TRIGGER append_only"); !lifted)
        return lifted;
    RowEraser eraser(connection, place->number);
    for (const chain::SequenceRange& range : check->ranges()) {
        if (auto changed = eraser.change(range, *check); !changed) return changed;
    }
    if (auto finished = check->finish(); !finished) return finished;
    return connection.execute("restore the trigger", "ALTER TABLE events ENABLE TRIGGER append_only");
}

std::expected<void, Failure> overwrite_removed(ServerConnection& connection, std::chrono::milliseconds wait) {
    if (auto checked = check_owner(connection); !checked) return checked; // without an error, VACUUM would do nothing
    auto done = await_older_readers(connection, wait);
    if (done) done = rebuild(connection);
    if (!done) return std::unexpected(still_in_storage(connection, done.error()));
    return {};
}

} // namespace evenfold::journal::postgres
