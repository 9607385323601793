#include "evenfold/journal/postgres/row_check.hpp"

#include <chrono>
#include <fmt/format.h>
#include <string>

namespace evenfold::journal::postgres {

namespace {

constexpr std::string_view end_query = R"sql(
SELECT CASE
    WHEN head IS NULL THEN 'the row of the table head is missing'
    WHEN last < head THEN 'events ' || last + 1 || ' to ' || head || ', which it has stored, are missing'
    WHEN last > head THEN 'event ' || last || ' is after the head, which is ' || head
END AS fault
FROM (SELECT (SELECT sequence FROM head WHERE one) AS head,
             coalesce((SELECT max(sequence) FROM events), 0) AS last) ends
)sql";

/// Selects the first event, in the order of the sequences, that contradicts others. `{}` is the source of the events.
constexpr std::string_view faults_query = R"sql(
SELECT fault FROM (
    SELECT e.sequence, CASE
        WHEN e.sequence > 1 AND NOT EXISTS (SELECT 1 FROM events b WHERE b.sequence = e.sequence - 1)
            THEN 'event ' || e.sequence - 1 || ' is missing'
        WHEN e.version > 1 AND NOT EXISTS (SELECT 1 FROM events b WHERE b.stream = e.stream AND
                                           b.version = e.version - 1 AND b.sequence < e.sequence)
            THEN 'event ' || e.sequence || ' has version ' || e.version || ', and version ' || e.version - 1 ||
                 ' of its stream is missing'
        WHEN NOT EXISTS (SELECT 1 FROM streams s WHERE s.id = e.stream)
            THEN 'event ' || e.sequence || ' is of a stream that is missing'
        WHEN r.command IS NULL THEN 'event ' || e.sequence || ' has no receipt'
        WHEN r.first + e.index_in_batch <> e.sequence OR e.index_in_batch >= r.count
            THEN 'event ' || e.sequence || ' is not where the receipt of its command says'
        WHEN r.first + r.count - 1 > (SELECT max(sequence) FROM events)
            THEN 'event ' || r.first + r.count - 1 || ' is missing, which the receipt of command ' || e.command ||
                 ' names'
    END AS fault
    FROM {} e LEFT JOIN receipts r ON r.command = e.command) checked
WHERE fault IS NOT NULL ORDER BY sequence LIMIT 1
)sql";

constexpr std::string_view last_events = "(SELECT * FROM events ORDER BY sequence DESC LIMIT 16)";

constexpr std::string_view receipts_query = R"sql(
SELECT 'the receipt of command ' || r.command || ' names ' || r.count || ' events from ' || r.first ||
       ', which are not there'
FROM receipts r LEFT JOIN (SELECT command, count(*) AS events, min(sequence) AS first FROM events GROUP BY command) e
     ON e.command = r.command
WHERE r.count <> coalesce(e.events, 0) OR (r.count > 0 AND r.first <> e.first) LIMIT 1
)sql";

std::expected<void, Failure> check_none(ServerConnection& connection, std::string_view query) {
    const auto rows = connection.query({.operation = "compare events with receipts", .sql = query});
    if (!rows) return std::unexpected(rows.error());
    if (rows->rows() == 0 || rows->is_null(0, 0)) return {};
    return std::unexpected(damaged(connection.place(), rows->bytes(0, 0)));
}

} // namespace

std::expected<void, Failure> check_tail(ServerConnection& connection) {
    static const std::string last = fmt::format(fmt::runtime(faults_query), last_events);
    if (auto checked = check_none(connection, end_query); !checked) return checked;
    return check_none(connection, last);
}

std::expected<void, Failure> check_all_rows(ServerConnection& connection) {
    static const std::string all = fmt::format(fmt::runtime(faults_query), "events");
    connection.set_response_wait(std::chrono::hours(24)); // of a long journal
    if (auto begun = connection.execute(
            "begin to verify", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_seqscan = on; "
                               "SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on");
        !begun)
        return begun;
    auto checked = check_none(connection, end_query);
    if (checked) checked = check_none(connection, all);
    if (checked) checked = check_none(connection, receipts_query);
    return checked;
}

} // namespace evenfold::journal::postgres
