#include "evenfold/journal/postgres/group_appender.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/schema.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t stream_heads_max = 10'000; // kept from one append to the next

constexpr std::string_view find_streams =
    "SELECT n.number, s.id, coalesce((SELECT max(e.version) FROM events e WHERE e.stream = s.id), 0) "
    "FROM unnest($1::bytea[]) WITH ORDINALITY n(name, number) "
    "JOIN streams s ON sha256(s.name) = sha256(n.name) AND s.name = n.name";

constexpr std::string_view find_receipts =
    "SELECT command, fingerprint, first, count, (SELECT count(*) FROM events e WHERE e.sequence >= r.first AND "
    "e.sequence < r.first + r.count AND e.command = r.command) FROM receipts r WHERE command = ANY($1)";

const ServerQuery begin_query{.operation = "begin to append", .sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"};

ServerQuery lock_query(std::int64_t number) {
    ServerQuery query{.operation = "wait for other writers", .sql = "SELECT pg_advisory_xact_lock($1)"};
    query.parameters.add(number);
    return query;
}

HeadRow head_of(const QueryResult& row) {
    return {.sequence = static_cast<Sequence>(row.integer(0, 0)),
            .epoch = row.integer(0, 1),
            .holder = std::string(row.bytes(0, 2))};
}

Failure not_stored(std::string_view place, std::string_view rows) {
    return damaged(place, fmt::format("not all {} were stored, as if a trigger or a rule prevented it", rows));
}

Failure head_row_missing(std::string_view place) {
    return damaged(place, "the row of the table head is missing");
}

Failure ends_too_early(std::string_view place, Sequence have, Sequence stored) {
    return damaged(place,
                   fmt::format("it ends with event {}, and an earlier append has stored event {}", have, stored));
}

CommandId command_of(std::string_view bytes) {
    CommandId command;
    std::ranges::copy(bytes, command.uuid.bytes.begin());
    return command;
}

} // namespace

Failure fenced(std::string_view place, std::string_view reason) {
    return {.kind = FailureKind::fenced,
            .what = fmt::format("{}: {}", place, reason),
            .remedy = "Open the journal again to write it, or go on as a reader."};
}

Failure GroupAppender::fenced_by(const HeadRow& head, std::int64_t epoch) const {
    return fenced(place_, fmt::format("another writer, {}, has taken over with epoch {}, and this one has epoch {}; "
                                      "nothing was stored",
                                      head.holder, head.epoch, epoch));
}

/// Begins the transaction and locks the head. Returns the head when no other writer can move it.
std::expected<HeadRow, Failure> GroupAppender::begin(std::span<const Batch> group) {
    static const std::string lock_head =
        fmt::format("SELECT sequence, epoch, holder, {} FROM head WHERE one FOR UPDATE", durable_settings);
    std::vector<ServerQuery> queries{
        begin_query, lock_query(lock_number_), {.operation = "lock the head", .sql = lock_head}};
    const auto results = connection_.query_all(queries);
    if (!results) return std::unexpected(results.error());
    const QueryResult& row = results->back();
    if (row.rows() != 1) return std::unexpected(head_row_missing(place_));
    if (!row.boolean(0, 3)) return std::unexpected(weaker_settings(place_));
    HeadRow head = head_of(row);
    if (head.sequence < stored_head_) return std::unexpected(ends_too_early(place_, head.sequence, stored_head_));
    if (head.sequence != stored_head_ || streams_.by_name.size() > stream_heads_max)
        streams_ = {}; // other writers have appended since
    if (auto read = read_streams(group); !read) return std::unexpected(read.error());
    return head;
}

/// Reads the heads of those streams of the group that are not known.
std::expected<void, Failure> GroupAppender::read_streams(std::span<const Batch> group) {
    std::vector<StreamHead*> unknown;
    ArrayColumn names(ValueType::bytea);
    const auto need = [&](const std::string& name) {
        const auto [found, is_new] = streams_.by_name.try_emplace(name);
        if (!is_new) return;
        unknown.push_back(&found->second);
        names.add(name);
    };
    for (const Batch& batch : group) {
        for (const Expectation& expectation : batch.expectations) need(expectation.stream);
        for (const NewEvent& event : batch.events) need(event.stream);
    }
    if (unknown.empty()) return {};
    std::vector<ServerQuery> queries{{.operation = "look for streams", .sql = find_streams}};
    queries.front().parameters.add(names);
    if (!streams_.last_id)
        queries.push_back({.operation = "look for streams", .sql = "SELECT coalesce(max(id), 0) FROM streams"});
    const auto results = connection_.query_all(queries);
    if (!results) return std::unexpected(results.error());
    const QueryResult& found = results->front();
    for (int row = 0; row < found.rows(); ++row) {
        *unknown[static_cast<std::size_t>(found.integer(row, 0) - 1)] = {
            .id = found.integer(row, 1), .version = static_cast<StreamVersion>(found.integer(row, 2))};
    }
    if (!streams_.last_id) streams_.last_id = results->back().integer(0, 0);
    return {};
}

std::expected<KnownReceipts, Failure> GroupAppender::read_receipts(std::span<const Batch> group) {
    ArrayColumn commands(ValueType::uuid);
    for (const Batch& batch : group) commands.add(bytes_of(batch.command));
    ServerQuery query{.operation = "look for receipts", .sql = find_receipts};
    query.parameters.add(commands);
    const auto rows = connection_.query(query);
    if (!rows) return std::unexpected(rows.error());
    KnownReceipts known;
    for (int row = 0; row < rows->rows(); ++row) {
        Receipt receipt{.command = command_of(rows->bytes(row, 0)),
                        .fingerprint = std::string(rows->bytes(row, 1)),
                        .first = static_cast<Sequence>(rows->integer(row, 2)),
                        .count = static_cast<std::uint32_t>(rows->integer(row, 3))};
        if (rows->integer(row, 4) != receipt.count) return std::unexpected(events_gone(place_, receipt));
        known.emplace(receipt.command, std::move(receipt));
    }
    return known;
}

/// Stores the rows of `plan`. Returns false if the group has repeats, so that the transaction must be rolled back.
std::expected<bool, Failure> GroupAppender::insert(GroupPlan& plan, std::int64_t epoch) {
    std::vector<ServerQuery> queries;
    std::vector<std::size_t> wanted; // rows that each query must store
    const auto add = [&](std::string_view operation, std::string_view sql, QueryParameters parameters,
                         std::size_t rows) {
        queries.push_back({.operation = operation, .sql = sql, .parameters = std::move(parameters)});
        wanted.push_back(rows);
    };
    add("add receipts", ReceiptRows::insert, plan.receipt_rows().parameters(), plan.receipt_rows().size());
    if (StreamRows& rows = plan.stream_rows(); rows.size() > 0)
        add("add streams", StreamRows::insert, rows.parameters(), rows.size());
    for (EventRows& rows : plan.event_rows()) add("add events", EventRows::insert, rows.parameters(), rows.size());
    QueryParameters moved;
    moved.add(plan.head()).add_null(ValueType::bytea).add(epoch).add(plan.start());
    add("move the head", "UPDATE head SET sequence = $1, mac = $2 WHERE one AND epoch = $3 AND sequence = $4",
        std::move(moved), 1);
    const std::string head = std::to_string(plan.head());
    QueryParameters notified;
    notified.add(channel_, ValueType::text).add(head, ValueType::text);
    queries.push_back(
        {.operation = "notify waiters", .sql = "SELECT pg_notify($1, $2)", .parameters = std::move(notified)});
    const auto results = connection_.query_all(queries);
    if (!results) return std::unexpected(results.error());
    if (results->front().affected() != wanted.front()) return false;
    for (std::size_t index = 1; index + 1 < wanted.size(); ++index) {
        if ((*results)[index].affected() != wanted[index]) return std::unexpected(not_stored(place_, "rows"));
    }
    if ((*results)[wanted.size() - 1].affected() == 1) return true;
    return std::unexpected(fenced(place_, "the head was moved by another writer; nothing was stored"));
}

std::expected<std::optional<GroupPlan>, AppendError>
GroupAppender::store(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch, Repeats repeats) {
    const auto begun = begin(group);
    if (!begun) return std::unexpected(begun.error());
    if (begun->epoch != epoch) return std::unexpected(fenced_by(*begun, epoch));
    KnownReceipts known;
    if (repeats == Repeats::looked_up) {
        auto read = read_receipts(group);
        if (!read) return std::unexpected(read.error());
        known = std::move(*read);
    }
    GroupPlan plan(place_, begun->sequence, streams_, std::move(known));
    for (const Batch& batch : group) {
        if (auto added = plan.add(batch, head); !added) return std::unexpected(std::move(added.error()));
    }
    if (plan.receipt_rows().size() == 0) return plan;
    const auto inserted = insert(plan, epoch);
    if (!inserted) return std::unexpected(inserted.error());
    if (!*inserted) return std::nullopt;
    return plan;
}

std::expected<void, Failure> GroupAppender::commit() {
    has_sent_commit_ = true;
    auto committed = connection_.query({.operation = "commit an append", .sql = "COMMIT"});
    if (!committed) return std::unexpected(committed.error());
    if (committed->command() == "COMMIT") return {};
    return std::unexpected(storage::postgres::failure_of(
        place_, "commit an append", {.state = "25P02", .message = "the server has rolled it back"}));
}

void GroupAppender::roll_back() {
    streams_ = {};
    if (!connection_.is_lost()) (void)connection_.query({.operation = "roll back", .sql = "ROLLBACK"});
}

std::expected<std::optional<std::vector<Receipt>>, AppendError>
GroupAppender::attempt(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch,
                       Repeats repeats) {
    has_sent_commit_ = false;
    auto stored = store(group, head, epoch, repeats);
    if (!stored || !*stored || (*stored)->receipt_rows().size() == 0) {
        roll_back();
        if (!stored) return std::unexpected(std::move(stored.error()));
        if (!*stored) return std::nullopt;
        return (*stored)->receipts();
    }
    if (auto committed = commit(); !committed) {
        roll_back();
        return std::unexpected(committed.error());
    }
    stored_head_ = (*stored)->head();
    return (*stored)->receipts();
}

std::expected<std::vector<Receipt>, AppendError>
GroupAppender::append(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch) {
    auto first = attempt(group, head, epoch, Repeats::assumed_none);
    if (first && *first) return std::move(**first);
    if (!first && std::holds_alternative<Failure>(first.error())) return std::unexpected(std::move(first.error()));
    // Repeats, or a refusal, which does not apply to a repeat.
    auto second = attempt(group, head, epoch, Repeats::looked_up);
    if (!second) return std::unexpected(std::move(second.error()));
    if (*second) return std::move(**second);
    return std::unexpected(not_stored(place_, "receipts"));
}

std::expected<std::optional<std::vector<Receipt>>, AppendError> GroupAppender::find_all(std::span<const Batch> group) {
    const std::vector<ServerQuery> queries{begin_query, lock_query(lock_number_)};
    const auto begun = connection_.query_all(queries);
    auto known = begun ? read_receipts(group) : std::unexpected(begun.error());
    roll_back();
    if (!known) return std::unexpected(known.error());
    std::vector<Receipt> receipts;
    for (const Batch& batch : group) {
        const auto found = known->find(batch.command);
        if (found == known->end()) return std::nullopt;
        if (found->second.fingerprint != batch.fingerprint) return std::unexpected(CommandIdTaken{batch.command});
        receipts.push_back(found->second);
    }
    return receipts;
}

std::expected<HeadRow, Failure> GroupAppender::read_head() {
    const auto row =
        connection_.query({.operation = "read the head", .sql = "SELECT sequence, epoch, holder FROM head WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1) return std::unexpected(head_row_missing(place_));
    return head_of(*row);
}

std::expected<void, Failure> GroupAppender::hold(std::int64_t epoch) {
    ServerQuery lock{.operation = "wait for other writers", .sql = "SELECT pg_advisory_lock($1)"};
    lock.parameters.add(lock_number_);
    if (auto locked = connection_.query(lock); !locked) return std::unexpected(locked.error());
    auto head = read_head();
    if (head && head->epoch == epoch) return {};
    (void)release(); // the first failure counts
    return std::unexpected(head ? fenced_by(*head, epoch) : head.error());
}

std::expected<void, Failure> GroupAppender::release() {
    ServerQuery unlock{.operation = "let other writers go on", .sql = "SELECT pg_advisory_unlock($1)"};
    unlock.parameters.add(lock_number_);
    auto unlocked = connection_.query(unlock);
    if (!unlocked) return std::unexpected(unlocked.error());
    return {};
}

std::expected<HeadRow, Failure> GroupAppender::begin_epoch(const std::string& holder) {
    ServerQuery next{.operation = "begin an epoch",
                     .sql = "UPDATE head SET epoch = epoch + 1, holder = $1 || ', user ' || session_user || ', ' || "
                            "coalesce(host(inet_client_addr()), 'local') WHERE one RETURNING sequence, epoch, holder"};
    next.parameters.add(holder, ValueType::text);
    const std::vector<ServerQuery> queries{begin_query, lock_query(lock_number_), std::move(next)};
    const auto results = connection_.query_all(queries);
    const bool is_moved = results && results->back().rows() == 1;
    if (!is_moved) {
        roll_back();
        return std::unexpected(results ? head_row_missing(place_) : results.error());
    }
    if (auto committed = commit(); !committed) return std::unexpected(committed.error());
    return head_of(results->back());
}

} // namespace evenfold::journal::postgres
