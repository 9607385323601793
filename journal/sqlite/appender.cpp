#include "evenfold/journal/sqlite/appender.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/sqlite/schema_check.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::size_t stream_heads_max = 10'000; // kept from one append to the next

std::string_view view(const UuidText& text) {
    return {text.data(), text.size()};
}

} // namespace

Appender::Appender(Database database)
    : database_(std::move(database)),
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
      find_stream_(database_.prepare("SELECT id, (SELECT coalesce(max(version), 0) FROM events WHERE stream = id) "
                                     "FROM streams WHERE name = ?1")),
      add_stream_(database_.prepare("INSERT INTO streams (name) VALUES (?1)")),
      add_event_(database_.prepare(
          "INSERT INTO events (sequence, stream, version, command, index_in_batch, actor, cause, correlation, at_ms, "
          "stored_at_ms, type, type_version, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")) {}

std::expected<std::unique_ptr<Appender>, Failure> Appender::attach(Database database) {
    std::unique_ptr<Appender> made(new Appender(std::move(database)));
    for (const Statement* statement :
         {&made->begin_, &made->commit_, &made->rollback_, &made->head_, &made->schema_, &made->update_tail_,
          &made->find_receipt_, &made->count_rows_, &made->add_receipt_, &made->find_stream_, &made->add_stream_,
          &made->add_event_}) {
        if (auto ready = check_ready(made->database_, *statement); !ready) return std::unexpected(ready.error());
    }
    return made;
}

std::expected<bool, Failure> Appender::step_row(Statement& statement, std::string_view operation) const {
    const int code = statement.step();
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) {
        statement.reset();
        return false;
    }
    Failure failure = database_.failure(operation);
    statement.reset();
    return std::unexpected(std::move(failure));
}

std::expected<AppendResult, AppendError> Appender::append(std::span<const Batch> group, std::optional<Sequence> head) {
    if (auto begun = step_row(begin_.with(), "begin to append"); !begun) return std::unexpected(begun.error());
    auto appended = store(group, head);
    if (appended && appended->stored) {
        auto committed = step_row(commit_.with(), "commit an append");
        if (committed) {
            stored_head_ = appended->head;
            return appended;
        }
        appended = std::unexpected<AppendError>(committed.error());
    }
    stream_heads_.clear();
    (void)step_row(rollback_.with(), "roll back"); // after some errors SQLite has already done so
    return appended;
}

std::expected<void, Failure> Appender::change(Statement& statement, std::string_view operation) const {
    const int code = statement.step();
    if (code == SQLITE_DONE) {
        statement.reset();
        if (database_.changes() == 1) return {};
        return std::unexpected(damaged(
            database_.file(), fmt::format("{}: the row was not stored, as if a trigger prevented it", operation)));
    }
    Failure failure = database_.failure(operation);
    statement.reset();
    return std::unexpected(std::move(failure));
}

/// A trigger that was added since the last check could swallow what is appended now.
std::expected<void, Failure> Appender::check_schema_unchanged() {
    const auto found = step_row(schema_.with(), "read the version of the schema");
    if (!found) return std::unexpected(found.error());
    const std::int64_t version = schema_.integer(0);
    schema_.reset();
    if (version == checked_schema_) return {};
    if (auto checked = check_schema(database_); !checked) return checked;
    checked_schema_ = version;
    return {};
}

std::expected<void, Failure> Appender::update_tail(Sequence start, Sequence head) {
    auto updated = change(update_tail_.with(head, base_, start), "record the head");
    if (updated || updated.error().kind != FailureKind::damaged) return updated;
    return std::unexpected(damaged(
        database_.file(), fmt::format("it ends with event {}, and an earlier append has stored a later one", start)));
}

std::expected<AppendResult, AppendError> Appender::store(std::span<const Batch> group, std::optional<Sequence> head) {
    if (auto checked = check_schema_unchanged(); !checked) return std::unexpected(checked.error());
    const auto found = step_row(head_.with(), "read the head");
    if (!found) return std::unexpected(found.error());
    const auto start = static_cast<Sequence>(head_.integer(0));
    head_.reset();
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
    for (std::uint32_t index = 0; index < count; ++index) {
        if (auto stored = insert(batch, texts, index, ++so_far.head); !stored) return std::unexpected(stored.error());
    }
    so_far.stored = true;
    return receipt;
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
    const auto found = step_row(find_receipt_.with(PlainText{view(id)}), "look for a receipt");
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
    const auto found = step_row(count_rows_.with(receipt.first, std::uint64_t{receipt.count}, PlainText{view(id)}),
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
    const auto found = step_row(find_stream_.with(stream), "look for a stream");
    if (!found) return std::unexpected(found.error());
    if (*found) {
        held->second = {.id = find_stream_.integer(0), .version = static_cast<StreamVersion>(find_stream_.integer(1))};
        find_stream_.reset();
    }
    return &held->second;
}

std::expected<void, Failure> Appender::add_stream(std::string_view stream, StreamHead& head) {
    if (auto added = change(add_stream_.with(stream), "add a stream"); !added) return added;
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
    ++(*known)->version;
    add_event_.with(sequence, (*known)->id, (*known)->version, PlainText{view(texts.command)}, std::uint64_t{index},
                    PlainText{name_of(batch.actor)}, batch.cause, PlainText{view(texts.correlation)}, batch.at.unix_ms,
                    batch.stored_at.unix_ms, event.type, std::uint64_t{event.type_version}, event.data);
    auto added = change(add_event_, "add an event");
    if (!added) added.error().what += fmt::format(" (event {})", sequence);
    return added;
}

std::expected<std::optional<Receipt>, Failure> Appender::insert(const Receipt& receipt, const UuidText& id) {
    add_receipt_.with(PlainText{view(id)}, receipt.fingerprint, receipt.first, std::uint64_t{receipt.count});
    const auto added = change(add_receipt_, "add a receipt");
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
