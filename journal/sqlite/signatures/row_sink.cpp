#include "evenfold/journal/sqlite/signatures/row_sink.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/sqlite/signatures/signing_writer.hpp"
#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"
#include "evenfold/journal/sqlite/tables.hpp"

namespace evenfold::journal::sqlite {

namespace {

using Stored = std::expected<void, Failure>;

constexpr std::size_t streams_max = 10'000; // whose numbers are kept

/// Returns the blob, or nothing for a value that is absent.
std::optional<BlobValue> blob(const std::string& bytes) {
    return bytes.empty() ? std::nullopt : std::optional(BlobValue{bytes});
}

} // namespace

RowSink::RowSink(const Database& database, std::unique_ptr<Hold> hold, Instant at, std::function<void()> ended)
    : database_(&database), hold_(std::move(hold)), at_(at), ended_(std::move(ended)) {}

RowSink::~RowSink() {
    for (auto* statement : {&event_, &add_event_, &add_receipt_, &add_empty_, &find_stream_, &add_stream_})
        *statement = Statement();
    if (is_open_) (void)database_->execute("ROLLBACK");
    if (hold_) ended_();
}

std::expected<chain::StoredRows, Failure> RowSink::begin(const chain::ChainStart& start) {
    if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(std::move(begun.error()));
    is_open_ = true;
    if (auto checked = check_names(start); !checked) return std::unexpected(std::move(checked.error()));
    if (auto made = make_signed(start); !made) return std::unexpected(std::move(made.error()));
    if (auto prepared = prepare(); !prepared) return std::unexpected(std::move(prepared.error()));
    auto rows = stored_rows();
    if (rows) head_ = rows->head;
    return rows;
}

Stored RowSink::check_names(const chain::ChainStart& start) const {
    const auto origin = database_->text("SELECT name FROM origin");
    if (!origin) return std::unexpected(origin.error());
    const auto domain = database_->text("SELECT domain FROM journal");
    if (!domain) return std::unexpected(domain.error());
    return chain::check_same_journal(start, {.origin = *origin, .domain = *domain}, database_->file().string());
}

Stored RowSink::make_signed(const chain::ChainStart& start) {
    const auto format = format_of(*database_);
    if (!format) return std::unexpected(format.error());
    format_ = *format;
    if (format_ == JournalFormat::signed_rows || start.keys.empty()) return {};
    format_ = JournalFormat::signed_rows;
    return add_signed_tables(*database_);
}

std::expected<chain::StoredRows, Failure> RowSink::stored_rows() const {
    chain::StoredRows rows;
    const auto head = database_->number("SELECT coalesce(max(sequence), 0) FROM events");
    if (!head) return std::unexpected(head.error());
    rows.head = static_cast<Sequence>(*head);
    if (format_ == JournalFormat::unsigned_rows) return rows;
    const auto empty = database_->number("SELECT coalesce(max(number), 0) FROM empty_receipts");
    if (!empty) return std::unexpected(empty.error());
    rows.empty_receipts = static_cast<std::uint64_t>(*empty);
    auto keys = read_keys(*database_);
    if (!keys) return std::unexpected(std::move(keys.error()));
    rows.keys = *std::move(keys);
    auto removals = read_removals(*database_);
    if (!removals) return std::unexpected(std::move(removals.error()));
    rows.removals = *std::move(removals);
    return rows;
}

Stored RowSink::prepare() {
    const bool is_signed = format_ == JournalFormat::signed_rows;
    event_ = database_->prepare(fmt::format("SELECT {} FROM events LEFT JOIN streams ON streams.id = stream "
                                            "WHERE sequence = ?1",
                                            event_columns(format_)));
    add_event_ = database_->prepare(event_insertion(format_));
    add_receipt_ = database_->prepare("INSERT INTO receipts (command, fingerprint, first, count) SELECT ?1, ?2, ?3, ?4 "
                                      "WHERE NOT EXISTS (SELECT 1 FROM receipts WHERE command = ?1)");
    find_stream_ = database_->prepare("SELECT id FROM streams WHERE name = ?1");
    add_stream_ = database_->prepare("INSERT INTO streams (name) VALUES (?1)");
    if (is_signed) {
        add_empty_ = database_->prepare(insert_empty_receipt);
        if (auto ready = check_ready(*database_, add_empty_); !ready) return ready;
    }
    for (const auto* statement : {&event_, &add_event_, &add_receipt_, &find_stream_, &add_stream_}) {
        if (auto ready = check_ready(*database_, *statement); !ready) return ready;
    }
    return {};
}

std::expected<chain::EventRow, Failure> RowSink::stored_event(Sequence sequence) {
    const auto found = next_row(*database_, event_.with(sequence), "read an event");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(damaged(database_->file(), fmt::format("event {} is missing", sequence)));
    chain::EventRow row;
    fill(row, event_);
    event_.reset();
    return row;
}

std::expected<std::int64_t, Failure> RowSink::stream_id(const std::string& name) {
    if (const auto known = streams_.find(name); known != streams_.end()) return known->second;
    if (streams_.size() >= streams_max) streams_.clear();
    const auto found = next_row(*database_, find_stream_.with(std::string_view(name)), "look for a stream");
    if (!found) return std::unexpected(found.error());
    std::int64_t id = *found ? find_stream_.integer(0) : 0;
    find_stream_.reset();
    if (!*found) {
        if (auto added = change_row(*database_, add_stream_.with(std::string_view(name)), "add a stream"); !added)
            return std::unexpected(std::move(added.error()));
        id = database_->last_insert_id();
    }
    streams_.emplace(name, id);
    return id;
}

Stored RowSink::add(const chain::EventRow& row) {
    const auto stream = stream_id(row.stream);
    if (!stream) return std::unexpected(stream.error());
    const std::string command = to_text(row.command.uuid);
    const std::string correlation = to_text(row.correlation.uuid);
    const auto add_row = [&](const auto& data, const auto&... signature) {
        add_event_.with(row.sequence, *stream, row.version, PlainText{command}, std::uint64_t{row.index},
                        PlainText{row.actor}, row.cause, PlainText{correlation}, row.at.unix_ms, row.stored_at.unix_ms,
                        std::string_view(row.type), std::uint64_t{row.type_version}, data, signature...);
        return change_row(*database_, add_event_, "add an event");
    };
    const auto add_signed = [&](const auto& data) {
        return add_row(data, blob(row.salt), blob(row.payload_hash), blob(row.previous), blob(row.mac), row.key,
                       row.removed);
    };
    head_ = row.sequence;
    if (format_ == JournalFormat::unsigned_rows) return add_row(std::string_view(row.data));
    if (row.data.empty() && row.removed) return add_signed(BlobValue{}); // says that the payload was removed
    return add_signed(std::string_view(row.data));
}

Stored RowSink::add(const chain::ReceiptRow& row) {
    const std::string command = to_text(row.command.uuid);
    add_receipt_.with(PlainText{command}, std::string_view(row.fingerprint), row.first, std::uint64_t{row.count});
    const auto more = next_row(*database_, add_receipt_, "add a receipt");
    return more ? Stored() : std::unexpected(more.error());
}

Stored RowSink::add(const chain::KeyRow& row) {
    return insert_key(*database_, row, at_);
}

Stored RowSink::add(const chain::RemovalRow& row) {
    return insert_removal(*database_, row);
}

Stored RowSink::add(const chain::EmptyReceiptRow& row) {
    if (row.receipt) {
        if (Stored added = add(*row.receipt); !added) return added;
    }
    const std::string command = to_text(row.command.uuid);
    add_empty_.with(row.number, PlainText{command}, BlobValue{row.mac}, row.key);
    return change_row(*database_, add_empty_, "add a receipt without events");
}

Stored RowSink::add(const chain::HeadRow& row) {
    return insert_head(*database_, row, at_);
}

Stored RowSink::commit() {
    if (format_ == JournalFormat::signed_rows) {
        if (auto stored = store_missing_tiles(*database_); !stored) return stored;
    }
    Statement tail = database_->prepare("UPDATE journal_tail SET head = ?1");
    if (auto updated = change_row(*database_, tail.with(head_), "record the head"); !updated) return updated;
    if (auto committed = database_->execute("COMMIT"); !committed) return committed;
    is_open_ = false;
    return {};
}

} // namespace evenfold::journal::sqlite
