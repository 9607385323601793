#include "evenfold/journal/postgres/group_appender.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/schema.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t stream_heads_max = 10'000; // kept from one append to the next

constexpr std::string_view find_streams =
    "SELECT n.number, s.id, coalesce(e.version, 0), e.mac FROM unnest($1::bytea[]) WITH ORDINALITY n(name, number) "
    "JOIN streams s ON sha256(s.name) = sha256(n.name) AND s.name = n.name "
    "LEFT JOIN LATERAL (SELECT version, mac FROM events WHERE stream = s.id ORDER BY version DESC LIMIT 1) e ON true";

constexpr std::string_view find_receipts =
    "SELECT command, fingerprint, first, count, (SELECT count(*) FROM events e WHERE e.sequence >= r.first AND "
    "e.sequence < r.first + r.count AND e.command = r.command) FROM receipts r WHERE command = ANY($1)";

Failure ends_too_early(std::string_view place, Sequence have, Sequence stored) {
    return damaged(place,
                   fmt::format("it ends with event {}, and an earlier append has stored event {}", have, stored));
}

} // namespace

/// Begins the transaction and locks the head. Returns the head when no other writer can move it.
std::expected<WriterHead, Failure> GroupAppender::begin(std::span<const Batch> group) {
    auto head = lock_head(connection_, lock_number_);
    if (!head) return head;
    if (head->sequence < stored_head_) return std::unexpected(ends_too_early(place_, head->sequence, stored_head_));
    if (head->sequence != stored_head_ || streams_.by_name.size() > stream_heads_max)
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
            .id = found.integer(row, 1),
            .version = static_cast<StreamVersion>(found.integer(row, 2)),
            .mac = chain::hash_from(found.bytes(row, 3))};
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
    if (LinkRows& rows = plan.link_rows(); rows.size() > 0)
        add("add links of receipts", LinkRows::insert, rows.parameters(), rows.size());
    TileRows tiles(plan.signer() ? plan.signer()->take_full_tiles() : std::vector<chain::TreeTile>());
    if (tiles.size() > 0) add("add tiles of the tree", TileRows::insert, tiles.parameters(), tiles.size());
    QueryParameters moved;
    moved.add(plan.head());
    if (plan.signer())
        moved.add(chain::bytes_of(plan.signer()->state().mac), ValueType::bytea);
    else
        moved.add_null(ValueType::bytea);
    moved.add(epoch).add(plan.start());
    add("move the head", "UPDATE head SET sequence = $1, mac = $2 WHERE one AND epoch = $3 AND sequence = $4",
        std::move(moved), 1);
    const std::string head = std::to_string(plan.head());
    queries.push_back(notify_query(channel_, head));
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
    if (auto current = check_epoch(*begun, epoch, place_); !current) return std::unexpected(std::move(current.error()));
    KnownReceipts known;
    if (repeats == Repeats::looked_up) {
        auto read = read_receipts(group);
        if (!read) return std::unexpected(read.error());
        known = std::move(*read);
    }
    auto signer = signer_at(*begun);
    if (!signer) return std::unexpected(signer.error());
    GroupPlan plan(place_, begun->sequence, streams_, std::move(known), std::move(*signer));
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
    return commit_rows(connection_);
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
    signer_ = std::move((*stored)->signer());
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

} // namespace evenfold::journal::postgres
