#include "evenfold/journal/sqlite/tail_check.hpp"

#include <fmt/format.h>
#include <string>
#include <string_view>

namespace evenfold::journal::sqlite {

namespace {

constexpr int tail_events = 16;

/// Selects the first event, in the order of the sequences, that contradicts others: its sequence, the reason, and the
/// number that is missing. `{}` is the source of the events.
constexpr std::string_view faults_query = R"(
SELECT * FROM (
    SELECT e.sequence AS sequence, CASE
        WHEN e.sequence > 1 AND NOT EXISTS (SELECT 1 FROM events b WHERE b.sequence = e.sequence - 1)
            THEN 'event ' || (e.sequence - 1) || ' is missing'
        WHEN e.version < 1 OR (e.version > 1 AND NOT EXISTS (SELECT 1 FROM events b WHERE b.stream = e.stream AND
                                                             b.version = e.version - 1 AND b.sequence < e.sequence))
            THEN 'event ' || e.sequence || ' has version ' || e.version || ', and version ' || (e.version - 1) ||
                 ' of its stream is missing'
        WHEN NOT EXISTS (SELECT 1 FROM streams s WHERE s.id = e.stream)
            THEN 'event ' || e.sequence || ' is of a stream that is missing'
        WHEN r.command IS NULL THEN 'event ' || e.sequence || ' has no receipt'
        WHEN r.first + e.index_in_batch <> e.sequence OR e.index_in_batch < 0 OR e.index_in_batch >= r.count
            THEN 'event ' || e.sequence || ' is not where the receipt of its command says'
        WHEN r.first + r.count - 1 > (SELECT max(sequence) FROM events)
            THEN 'event ' || (r.first + r.count - 1) || ' is missing, which the receipt of command ' || e.command ||
                 ' names'
        END AS fault
    FROM {} e LEFT JOIN receipts r ON r.command = e.command)
WHERE fault IS NOT NULL LIMIT 1)";

std::expected<void, Failure> check_none(const Database& database, std::string_view query) {
    Statement rows = database.prepare(query);
    if (auto ready = check_ready(database, rows); !ready) return ready;
    const int code = rows.step();
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return std::unexpected(database.failure("compare events with receipts"));
    return std::unexpected(damaged(database.file(), rows.bytes(1)));
}

/// Refuses a journal that ends before the event that its last append stored.
std::expected<void, Failure> check_end(const Database& database) {
    const auto identity = identity_of(database);
    if (!identity) return std::unexpected(identity.error());
    if (!*identity) return {};
    const auto head = database.number("SELECT max(sequence) FROM events");
    if (!head) return std::unexpected(head.error());
    const auto have = static_cast<Sequence>(*head);
    if (have >= (*identity)->head) return {};
    return std::unexpected(damaged(database.file(), fmt::format("events {} to {}, which it has stored, are missing",
                                                                have + 1, (*identity)->head)));
}

} // namespace

std::expected<void, Failure> check_tail(const Database& database) {
    if (auto checked = check_end(database); !checked) return checked;
    const std::string last =
        fmt::format("(SELECT sequence, stream, version, command, index_in_batch FROM events ORDER BY "
                    "sequence DESC LIMIT {})",
                    tail_events);
    return check_none(database, fmt::format(faults_query, last));
}

std::expected<void, Failure> check_all_rows(const Database& database) {
    const auto pages = database.text("PRAGMA quick_check(1)");
    if (!pages) return std::unexpected(pages.error());
    if (*pages != "ok") return std::unexpected(damaged(database.file(), *pages));
    if (auto checked = check_end(database); !checked) return checked;
    if (auto checked = check_none(database, fmt::format(faults_query, "events")); !checked) return checked;
    return check_none(database, R"(
SELECT command, 'the receipt of command ' || command || ' names ' || count || ' events from ' || first ||
                ', which are not there'
FROM receipts r
WHERE count <> (SELECT count(*) FROM events e WHERE e.sequence >= r.first AND e.sequence < r.first + r.count AND
                                                    e.command = r.command) LIMIT 1)");
}

} // namespace evenfold::journal::sqlite
