#include "evenfold/journal/sqlite/appender.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/journal/signing.hpp"
#include "evenfold/journal/sqlite/schema_check.hpp"
#include "evenfold/journal/sqlite/tables.hpp"

namespace evenfold::journal::sqlite {

namespace {

using chain::bytes_of;

constexpr std::size_t stream_heads_max = 10'000; // kept from one append to the next

std::string_view view(const UuidText& text) {
    return {text.data(), text.size()};
}

} // namespace

Appender::Appender(Database database, JournalFormat format)
    : database_(std::move(database)),
      format_(format),
      checkpointer_(database_),
      begin_(database_.prepare("BEGIN IMMEDIATE")),
      commit_(database_.prepare("COMMIT")),
      rollback_(database_.prepare("ROLLBACK")),
      head_(database_.prepare("SELECT coalesce(max(sequence), 0) FROM events")),
      schema_(database_.prepare("PRAGMA schema_version")),
      update_tail_(database_.prepare("UPDATE journal_tail SET head = ?1, base = max(base, ?2) WHERE head <= ?3")),
      find_receipt_(database_.prepare("SELECT fingerprint, first, count FROM receipts WHERE command = ?1")),
      count_rows_(database_.prepare(rows_of_receipt)),
      add_receipt_(
          database_.prepare("INSERT INTO receipts (command, fingerprint, first, count) VALUES (?1, ?2, ?3, ?4)")),
      find_stream_(database_.prepare(stream_query(format))),
      add_stream_(database_.prepare("INSERT INTO streams (name) VALUES (?1)")),
      add_event_(database_.prepare(event_insertion(format))) {}

std::expected<std::unique_ptr<Appender>, Failure>
Appender::attach(Database database, Access access, const std::optional<SigningOptions>& signing) {
    const auto format = format_of(database);
    if (!format) return std::unexpected(format.error());
    std::unique_ptr<Appender> made(new Appender(std::move(database), *format));
    for (const Statement* statement :
         {&made->begin_, &made->commit_, &made->rollback_, &made->head_, &made->schema_, &made->update_tail_,
          &made->find_receipt_, &made->count_rows_, &made->add_receipt_, &made->find_stream_, &made->add_stream_,
          &made->add_event_}) {
        if (auto ready = check_ready(made->database_, *statement); !ready) return std::unexpected(ready.error());
    }
    if (*format == JournalFormat::unsigned_rows || access == Access::add_heads) return made;
    auto writer = SigningWriter::attach(made->database_, signing);
    if (!writer) return std::unexpected(std::move(writer.error()));
    made->signing_ = std::move(*writer);
    const auto head = made->read_head();
    if (!head) return std::unexpected(head.error());
    if (auto prepared = made->signing_->prepare(*head); !prepared) return std::unexpected(prepared.error());
    return made;
}

std::expected<AppendResult, AppendError> Appender::append(std::span<const Batch> group, std::optional<Sequence> head) {
    if (auto begun = next_row(database_, begin_.with(), "begin to append"); !begun)
        return std::unexpected(begun.error());
    auto appended = store(group, head);
    if (appended && appended->stored) {
        auto committed = next_row(database_, commit_.with(), "commit an append");
        if (committed) {
            stored_head_ = appended->head;
            return appended;
        }
        appended = std::unexpected<AppendError>(committed.error());
    }
    stream_heads_.clear();
    if (signing_) signing_->drop();
    (void)next_row(database_, rollback_.with(), "roll back"); // after some errors SQLite has already done so
    return appended;
}

/// A trigger that was added since the last check could swallow what is appended now.
std::expected<void, Failure> Appender::check_schema_unchanged() {
    const auto found = next_row(database_, schema_.with(), "read the version of the schema");
    if (!found) return std::unexpected(found.error());
    const std::int64_t version = schema_.integer(0);
    schema_.reset();
    if (version == checked_schema_) return {};
    const auto format = format_of(database_);
    if (!format) return std::unexpected(format.error());
    if (*format != format_) return std::unexpected(signing_began(database_));
    if (auto checked = check_schema(database_, *format); !checked) return checked;
    checked_schema_ = version;
    return {};
}

std::expected<void, Failure> Appender::update_tail(Sequence start, Sequence head) {
    auto updated = change_row(database_, update_tail_.with(head, base_, start), "record the head");
    if (updated || updated.error().kind != FailureKind::damaged) return updated;
    return std::unexpected(damaged(
        database_.file(), fmt::format("it ends with event {}, and an earlier append has stored a later one", start)));
}

std::expected<Sequence, Failure> Appender::read_head() {
    const auto found = next_row(database_, head_.with(), "read the head");
    if (!found) return std::unexpected(found.error());
    const auto head = static_cast<Sequence>(head_.integer(0));
    head_.reset();
    return head;
}

std::expected<AppendResult, AppendError> Appender::store(std::span<const Batch> group, std::optional<Sequence> head) {
    if (auto checked = check_schema_unchanged(); !checked) return std::unexpected(checked.error());
    if (is_signed() && !signing_) return std::unexpected(key_missing(database_.file().string()));
    const auto read = read_head();
    if (!read) return std::unexpected(read.error());
    const Sequence start = *read;
    if (signing_) {
        if (auto prepared = signing_->prepare(start); !prepared) return std::unexpected(prepared.error());
    }
    if (start != stored_head_ || stream_heads_.size() > stream_heads_max)
        stream_heads_.clear(); // other writers have appended since
    AppendResult so_far{.receipts = {}, .head = start, .stored = false};
    so_far.receipts.reserve(group.size());
    for (const Batch& batch : group) {
        auto receipt = store(batch, head, start, so_far);
        if (!receipt) return std::unexpected(std::move(receipt.error()));
        so_far.receipts.push_back(std::move(*receipt));
    }
    if (!so_far.stored) return so_far;
    if (signing_) {
        if (auto added = signing_->store_tiles(); !added) return std::unexpected(added.error());
    }
    if (auto updated = update_tail(start, so_far.head); !updated) return std::unexpected(updated.error());
    return so_far;
}

std::expected<Receipt, AppendError>
Appender::store(const Batch& batch, std::optional<Sequence> head, Sequence start, AppendResult& so_far) {
    const IdTexts texts{.command = characters(batch.command.uuid), .correlation = characters(batch.correlation.uuid)};
    const auto count = static_cast<std::uint32_t>(batch.events.size());
    Receipt receipt{
        .command = batch.command, .fingerprint = batch.fingerprint, .first = so_far.head + 1, .count = count};
    auto known = insert(receipt, texts.command); // first, because it finds a repeat
    if (!known) return std::unexpected(std::move(known.error()));
    if (*known && (*known)->fingerprint != batch.fingerprint) return std::unexpected(CommandIdTaken{batch.command});
    if (*known) return std::move(**known);
    if (head && *head != start) return std::unexpected(HeadMoved{start});
    if (auto checked = check(batch); !checked) return std::unexpected(std::move(checked.error()));
    if (auto stored = insert_events(batch, texts, receipt.first); !stored) return std::unexpected(stored.error());
    so_far.head += count;
    so_far.stored = true;
    return receipt;
}

std::expected<void, Failure> Appender::insert_events(const Batch& batch, const IdTexts& texts, Sequence first) {
    if (signing_ && batch.events.empty()) return signing_->add_empty_receipt(batch, view(texts.command));
    if (signing_) {
        if (auto drawn = signing_->draw_salts(batch.events.size()); !drawn) return drawn;
    }
    for (std::uint32_t index = 0; index < batch.events.size(); ++index) {
        if (auto stored = insert(batch, texts, index, first + index); !stored) return stored;
    }
    return {};
}

std::expected<void, AppendError> Appender::check(const Batch& batch) {
    for (const auto& [stream, expected] : batch.expectations) {
        const auto known = head_of(stream);
        if (!known) return std::unexpected(known.error());
        const StreamVersion have = (*known)->version;
        if (have != expected) return std::unexpected(WrongExpectedVersion{stream, expected, have});
    }
    return {};
}

std::expected<std::optional<Receipt>, Failure> Appender::find_receipt(const CommandId& command) {
    const UuidText id = characters(command.uuid);
    const auto found = next_row(database_, find_receipt_.with(PlainText{view(id)}), "look for a receipt");
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    Receipt receipt{.command = command,
                    .fingerprint = std::string(find_receipt_.bytes(0)),
                    .first = static_cast<Sequence>(find_receipt_.integer(1)),
                    .count = static_cast<std::uint32_t>(find_receipt_.integer(2))};
    find_receipt_.reset();
    return receipt;
}

std::expected<void, Failure> Appender::check_receipt(const Receipt& receipt, const UuidText& id) {
    const auto found =
        next_row(database_, count_rows_.with(receipt.first, std::uint64_t{receipt.count}, PlainText{view(id)}),
                 "look for the events of a receipt");
    if (!found) return std::unexpected(found.error());
    const std::int64_t rows = count_rows_.integer(0);
    count_rows_.reset();
    if (rows == receipt.count) return {};
    return std::unexpected(events_gone(database_.file(), receipt));
}

std::expected<Appender::StreamHead*, Failure> Appender::head_of(std::string_view stream) {
    if (const auto held = stream_heads_.find(stream); held != stream_heads_.end()) return &held->second;
    const auto held = stream_heads_.try_emplace(std::string(stream)).first;
    const auto found = next_row(database_, find_stream_.with(stream), "look for a stream");
    if (!found) return std::unexpected(found.error());
    if (*found) {
        held->second = {.id = find_stream_.integer(0),
                        .version = static_cast<StreamVersion>(find_stream_.integer(1)),
                        .mac = chain::hash_from(find_stream_.bytes(2))};
        find_stream_.reset();
    }
    return &held->second;
}

std::expected<void, Failure> Appender::add_stream(std::string_view stream, StreamHead& head) {
    if (auto added = change_row(database_, add_stream_.with(stream), "add a stream"); !added) return added;
    head.id = database_.last_insert_id();
    return {};
}

std::expected<void, Failure>
Appender::insert(const Batch& batch, const IdTexts& texts, std::uint32_t index, Sequence sequence) {
    const NewEvent& event = batch.events[index];
    const auto known = head_of(event.stream);
    if (!known) return std::unexpected(known.error());
    if ((*known)->id == 0) {
        if (auto added = add_stream(event.stream, **known); !added) return added;
    }
    StreamHead& head = **known;
    ++head.version;
    const auto add_row = [&](const auto&... signature) {
        add_event_.with(sequence, head.id, head.version, PlainText{view(texts.command)}, std::uint64_t{index},
                        PlainText{name_of(batch.actor)}, cause_of(batch), PlainText{view(texts.correlation)},
                        batch.at.unix_ms, batch.stored_at.unix_ms, event.type, std::uint64_t{event.type_version},
                        event.data, signature...);
        return change_row(database_, add_event_, "add an event");
    };
    std::expected<void, Failure> added;
    if (signing_) {
        const SignedColumns columns = signing_->sign(batch, index, {sequence, head.version}, head.mac);
        head.mac = columns.mac;
        added =
            add_row(BlobValue{{columns.salt.data(), columns.salt.size()}}, BlobValue{bytes_of(columns.payload_hash)},
                    BlobValue{bytes_of(columns.previous)}, BlobValue{bytes_of(columns.mac)}, signing_->key_number());
    } else {
        added = add_row();
    }
    if (!added) added.error().what += fmt::format(" (event {})", sequence);
    return added;
}

std::expected<std::optional<Receipt>, Failure> Appender::insert(const Receipt& receipt, const UuidText& id) {
    add_receipt_.with(PlainText{view(id)}, receipt.fingerprint, receipt.first, std::uint64_t{receipt.count});
    const auto added = change_row(database_, add_receipt_, "add a receipt");
    if (added) return std::nullopt;
    if ((database_.error_code() & 0xff) != SQLITE_CONSTRAINT) return std::unexpected(added.error());
    auto known = find_receipt(receipt.command);
    if (known && !*known) return std::unexpected(added.error());
    if (known && (*known)->fingerprint == receipt.fingerprint) {
        if (auto checked = check_receipt(**known, id); !checked) return std::unexpected(checked.error());
    }
    return known;
}

} // namespace evenfold::journal::sqlite
