#include "evenfold/journal/postgres/signatures/row_sink.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/signatures/signing_rows.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"

namespace evenfold::journal::postgres {

namespace {

using Stored = std::expected<void, Failure>;

constexpr std::size_t rows_at_once = 1000;
constexpr std::size_t bytes_at_once = std::size_t{8} << 20U; // of the payloads of events
constexpr std::size_t streams_max = 10'000;                  // whose numbers are kept

constexpr std::string_view find_numbers =
    "SELECT n.number, s.id FROM unnest($1::bytea[]) WITH ORDINALITY n(name, number) "
    "JOIN streams s ON sha256(s.name) = sha256(n.name) AND s.name = n.name";

std::string_view stored_query() {
    static const std::string sql = event_page_query("sequence >= $1", "sequence");
    return sql;
}

} // namespace

std::expected<chain::StoredRows, Failure> RowSink::begin(const chain::ChainStart& start) {
    auto head = lock_head(connection_, lock_number_);
    if (!head) return std::unexpected(std::move(head.error()));
    if (auto current = check_epoch(*head, epoch_, connection_.place()); !current)
        return std::unexpected(std::move(current.error()));
    start_ = *std::move(head);
    head_ = start_.sequence;
    is_signed_ = start_.key > 0;
    if (auto checked = check_names(start); !checked) return std::unexpected(std::move(checked.error()));
    return stored_rows();
}

Stored RowSink::check_names(const chain::ChainStart& start) {
    const auto names = connection_.query(
        {.operation = "read the names of the journal", .sql = "SELECT origin, domain FROM journal WHERE one"});
    if (!names) return std::unexpected(names.error());
    if (names->rows() != 1)
        return std::unexpected(damaged(connection_.place(), "the row of the table journal is missing"));
    return chain::check_same_journal(start, {.origin = names->bytes(0, 0), .domain = names->bytes(0, 1)},
                                     connection_.place());
}

std::expected<chain::StoredRows, Failure> RowSink::stored_rows() {
    auto keys = StoredRows(connection_).keys();
    if (!keys) return std::unexpected(std::move(keys.error()));
    auto removals = read_removals(connection_);
    if (!removals) return std::unexpected(std::move(removals.error()));
    return chain::StoredRows{.head = start_.sequence,
                             .empty_receipts = start_.empty_receipts,
                             .keys = *std::move(keys),
                             .removals = *std::move(removals)};
}

std::expected<chain::EventRow, Failure> RowSink::stored_event(Sequence sequence) {
    if (!stored_ || next_stored_ != sequence) {
        stored_.emplace(stored_query());
        stored_->skip_to(sequence - 1);
    }
    const auto more = stored_->next(connection_);
    if (!more) return std::unexpected(more.error());
    chain::EventRow row;
    if (*more) fill(row, stored_->rows(), stored_->row());
    if (row.sequence != sequence)
        return std::unexpected(damaged(connection_.place(), fmt::format("event {} is missing", sequence)));
    next_stored_ = sequence + 1;
    return row;
}

Stored RowSink::add(const chain::KeyRow& row) {
    is_signed_ = true;
    return insert_key(connection_, row, at_);
}

Stored RowSink::add(const chain::RemovalRow& row) {
    return insert_removal(connection_, row);
}

Stored RowSink::add(const chain::EventRow& row) {
    if (auto fits = check_size(connection_.place(), row.stream, row.type, row.data); !fits) return fits;
    events_.push_back(row);
    event_bytes_ += row.data.size();
    head_ = row.sequence;
    return events_.size() < rows_at_once && event_bytes_ < bytes_at_once ? Stored() : send_events();
}

Stored RowSink::add(const chain::ReceiptRow& row) {
    receipts_.add({.command = row.command, .fingerprint = row.fingerprint, .first = row.first, .count = row.count});
    return receipts_.size() < rows_at_once ? Stored() : send_receipts();
}

Stored RowSink::add(const chain::EmptyReceiptRow& row) {
    if (row.receipt) {
        if (Stored added = add(*row.receipt); !added) return added;
    }
    links_.add(row.number, row.command, row.mac, row.key);
    return links_.size() < rows_at_once ? Stored() : send_links();
}

Stored RowSink::add(const chain::HeadRow& row) {
    const auto added = connection_.query(insert_head_query(row, at_));
    return added ? Stored() : std::unexpected(added.error());
}

Stored RowSink::number_streams() {
    if (streams_.size() >= streams_max) streams_.clear();
    std::vector<std::pair<const std::string, std::int64_t>*> unknown;
    ArrayColumn names(ValueType::bytea);
    for (const chain::EventRow& event : events_) {
        const auto [found, is_new] = streams_.try_emplace(event.stream, 0);
        if (!is_new) continue;
        unknown.push_back(&*found);
        names.add(event.stream);
    }
    if (unknown.empty()) return {};
    ServerQuery query{.operation = "look for streams", .sql = find_numbers};
    query.parameters.add(names);
    const auto known = connection_.query(query);
    if (!known) return std::unexpected(known.error());
    for (int row = 0; row < known->rows(); ++row)
        unknown[static_cast<std::size_t>(known->integer(row, 0) - 1)]->second = known->integer(row, 1);
    if (!last_stream_) {
        const auto last =
            connection_.query({.operation = "look for streams", .sql = "SELECT coalesce(max(id), 0) FROM streams"});
        if (!last) return std::unexpected(last.error());
        last_stream_ = last->integer(0, 0);
    }
    StreamRows added;
    for (auto* stream : unknown) {
        if (stream->second != 0) continue;
        stream->second = ++*last_stream_;
        added.add(stream->second, stream->first);
    }
    if (added.size() == 0) return {};
    return store_rows(connection_,
                      {.operation = "add streams", .sql = StreamRows::insert, .parameters = added.parameters()},
                      added.size());
}

Stored RowSink::send_events() {
    if (events_.empty()) return {};
    if (auto numbered = number_streams(); !numbered) return numbered;
    EventRows rows;
    for (const chain::EventRow& event : events_) rows.add(event, streams_.at(event.stream));
    events_.clear();
    event_bytes_ = 0;
    return store_rows(connection_,
                      {.operation = "add events", .sql = EventRows::insert, .parameters = rows.parameters()},
                      rows.size());
}

Stored RowSink::send_receipts() {
    ReceiptRows rows = std::exchange(receipts_, {});
    if (rows.size() == 0) return {};
    const auto stored =
        connection_.query({.operation = "add receipts", .sql = ReceiptRows::insert, .parameters = rows.parameters()});
    return stored ? Stored() : std::unexpected(stored.error());
}

Stored RowSink::send_links() {
    if (Stored sent = send_receipts(); !sent) return sent; // which the links name
    LinkRows rows = std::exchange(links_, {});
    if (rows.size() == 0) return {};
    return store_rows(connection_,
                      {.operation = "add links of receipts", .sql = LinkRows::insert, .parameters = rows.parameters()},
                      rows.size());
}

/// Its mac is that of the last event, or the genesis.
Stored RowSink::move_head() {
    const std::string head = std::to_string(head_);
    ServerQuery moved{.operation = "move the head",
                      .sql = "UPDATE head SET sequence = $1, mac = coalesce((SELECT mac FROM events WHERE sequence = "
                             "$1), (SELECT by_new FROM keys WHERE number = 1)) WHERE one"};
    moved.parameters.add(head_);
    if (Stored stored = store_rows(connection_, moved, 1); !stored) return stored;
    const auto notified = connection_.query(notify_query(channel_, head));
    return notified ? Stored() : std::unexpected(notified.error());
}

Stored RowSink::commit() {
    Stored done = send_events();
    if (done) done = send_links();
    if (done && is_signed_) done = store_missing_tiles(connection_, head_);
    if (done) done = move_head();
    if (done) done = commit_rows(connection_);
    return done;
}

} // namespace evenfold::journal::postgres
