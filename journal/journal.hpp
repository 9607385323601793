/// `Journal`: the port of an event store. It has one total order of all events, divided into streams, and appends
/// batches atomically. Any thread may call it. Sequences and versions count from 1 without gaps; payloads are bytes
/// that the journal does not read. Most programs use it through a kernel (kernel/kernel.hpp).
/// Every function returns a value or an error. A failed append means "unknown", never "not done"; append the same batch
/// again to find out, because a batch with a known command id and fingerprint is stored once. Concurrency is
/// optimistic: a batch states the versions that it expects of streams, and is refused if they have changed.
///
///     journal::Batch batch;
///     batch.command = kernel::fresh<CommandId>();
///     batch.fingerprint = "add 60";
///     batch.events.push_back({.stream = "counter", .type = "Added", .data = R"({"amount":60})"});
///     const auto receipts = journal.append({&batch, 1}, std::nullopt);
///     assert(receipts && receipts->front().first == 1 && journal.head() == Sequence{1});
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/cursor.hpp"
#include "evenfold/journal/failure.hpp"

namespace evenfold::journal {

/// The version that a batch expects of a stream before it is appended. Absent from the batch: any version.
struct Expectation {
    std::string stream;
    StreamVersion version = 0; // exactly this many events so far; 0 is "no such stream"
    friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// One event to be stored.
struct NewEvent {
    std::string stream;
    std::string type;               // stored type name
    std::uint32_t type_version = 1; // of the payload's shape
    std::string data;               // payload bytes
    friend bool operator==(const NewEvent&, const NewEvent&) = default;
};

/// All events of one command, stored atomically. A batch without events is legal; its receipt is kept.
struct Batch {
    CommandId command;
    std::string fingerprint; // of the command's body; distinguishes a repeat from a conflict
    Actor actor = Actor::user;
    std::optional<Sequence> cause; // 0 counts as none
    CommandId correlation;
    Instant at;
    Instant stored_at;
    std::vector<Expectation> expectations;
    std::vector<NewEvent> events;
    friend bool operator==(const Batch&, const Batch&) = default;
};

/// Returns the cause that an adapter stores.
[[nodiscard]] inline std::optional<Sequence> cause_of(const Batch& batch) {
    return batch.cause == Sequence{0} ? std::nullopt : batch.cause;
}

/// Confirms that a command was accepted, with the sequences of its events: `first` to `first + count - 1`. For a batch
/// without events `first` is the sequence that the next event will get.
struct Receipt {
    CommandId command;
    std::string fingerprint;
    Sequence first = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// The end of a journal, and how often payloads were removed from it. Whatever was derived from the events, such as a
/// snapshot, has removed payloads still if it has another number of erasures, and must be discarded.
struct JournalPosition {
    Sequence head = 0;          // of the last event; 0 if there is none
    std::uint64_t erasures = 0; // raised by each removal and each erasure
    friend bool operator==(const JournalPosition&, const JournalPosition&) = default;
};

/// The events that a returned append survives: none, the end of the process, or the loss of power.
enum class Durability : std::uint8_t { none, process, power };

// Reasons why an append did not happen.

/// The journal's head is not where the writer expected it. The writer must read the new events and decide again.
struct HeadMoved {
    Sequence head = 0;
    friend bool operator==(const HeadMoved&, const HeadMoved&) = default;
};

struct WrongExpectedVersion {
    std::string stream;
    StreamVersion expected = 0;
    StreamVersion have = 0;
    friend bool operator==(const WrongExpectedVersion&, const WrongExpectedVersion&) = default;
};

/// The command id was used by a batch with another fingerprint.
struct CommandIdTaken {
    CommandId command;
    friend bool operator==(const CommandIdTaken&, const CommandIdTaken&) = default;
};

using AppendError = std::variant<HeadMoved, WrongExpectedVersion, CommandIdTaken, Failure>;

/// Excludes other writers, in this process and others. Must be destroyed by the thread that took it.
class Hold {
public:
    Hold() = default;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    virtual ~Hold() = default;
};

class JournalSignatures;

/// One journal. All functions may be called from any thread.
class Journal {
public:
    Journal() = default;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    virtual ~Journal() = default;

    /// Appends all batches of `group` in order, or none. Returns a receipt per batch once the events are as durable as
    /// durability() says. Idempotent: a batch whose command id and fingerprint are stored returns its original receipt.
    /// `head`, when given, must be the sequence of the last event.
    /// After a Failure the outcome is unknown, and readable events may not be durable. Append the same batches again,
    /// which is harmless, or take a new hold to find out.
    [[nodiscard]] virtual std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) = 0;

    /// Excludes other writers, so that reads cannot become stale before this thread's append. Until an append fails,
    /// readable events are durable, too, so report a stored command as accepted only during a hold. Waits and fails as
    /// `append` does. The holder may append as usual.
    [[nodiscard]] virtual std::expected<std::unique_ptr<Hold>, Failure> hold() = 0;

    /// Returns whether this thread has a hold.
    [[nodiscard]] virtual bool is_held_here() = 0;

    /// Opens a cursor at the first event of `reading`. See journal/cursor.hpp.
    [[nodiscard]] virtual std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const ReadOptions& reading) = 0;

    /// Returns the receipt of `command`, if it was accepted.
    [[nodiscard]] virtual std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) = 0;

    /// Returns the sequence of the last event; 0 if there is none.
    [[nodiscard]] virtual std::expected<Sequence, Failure> head() = 0;

    /// Returns the head, and the number of erasures at the same moment. The default is that of an adapter that removes
    /// nothing.
    [[nodiscard]] virtual std::expected<JournalPosition, Failure> position();

    /// Blocks until the head is past `seen`, at most `at_most`. Returns the head. Appends wake it, also those of other
    /// processes if the journal is shared. Returns early when a signal interrupts.
    [[nodiscard]] virtual std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) = 0;

    [[nodiscard]] virtual Durability durability() const = 0;

    /// Checks everything that is stored, beyond what open and reads check: sequences and versions without gaps, and a
    /// receipt for each event. O(events), or more. A journal that cannot be damaged has nothing to check.
    [[nodiscard]] virtual std::expected<void, Failure> verify() { return {}; }

    /// Returns the signing and verifying half (journal/signatures.hpp), which lives as long as the journal; nullptr if
    /// this adapter has none.
    [[nodiscard]] virtual JournalSignatures* signatures() { return nullptr; }
};

/// Reads all events of `reading` into memory, as records. Use it for few events, such as those of one command.
[[nodiscard]] std::expected<std::vector<Record>, Failure> read_all(Journal& journal, const ReadOptions& reading = {});

} // namespace evenfold::journal
