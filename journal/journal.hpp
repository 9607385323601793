/// The port to durable memory: one order of all events, cut into streams, appended in atomic batches.
/// Shapes: sequence and version from 1 without gaps; payloads are bytes that the journal does not read.
/// Errors: every function answers with a value or with why not; a failed append means "unknown", never "not done".
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

/// What a batch expects of a stream before it is appended. Absent from the batch: any version.
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

/// All events of one command: stored together or not at all. No events is a legal batch; its receipt is kept.
struct Batch {
    CommandId command;
    std::string fingerprint; // of the command's body; tells a repeat from a clash
    Actor actor = Actor::user;
    std::optional<Sequence> cause;
    CommandId correlation;
    Instant at;
    Instant stored_at;
    std::vector<Expectation> expectations;
    std::vector<NewEvent> events;
    friend bool operator==(const Batch&, const Batch&) = default;
};

/// That a command was accepted, and the sequences of its events: `first` to `first + count - 1`.
/// For a batch without events `first` is the sequence that the next event will get.
struct Receipt {
    CommandId command;
    std::string fingerprint;
    Sequence first = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// What survives: nothing, the end of the process, or the loss of power.
enum class Durability : std::uint8_t { none, process, power };

// Why an append did not happen.

/// The journal's head is not where the writer thought; it must read on and decide again.
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

/// The command id was taken by a batch with another fingerprint.
struct CommandIdTaken {
    CommandId command;
    friend bool operator==(const CommandIdTaken&, const CommandIdTaken&) = default;
};

using AppendError = std::variant<HeadMoved, WrongExpectedVersion, CommandIdTaken, Failure>;

/// While it lives no other writer appends, in this process or another. Destroyed by the thread that took it.
class Hold {
public:
    Hold() = default;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    virtual ~Hold() = default;
};

/// One journal. All functions may be called from any thread.
class Journal {
public:
    Journal() = default;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    virtual ~Journal() = default;

    /// Store `group`, all of it or nothing, in order, and answer a receipt for each batch. When this returns receipts,
    /// the events are as safe as durability() says. A batch whose command id and fingerprint are already stored is not
    /// stored again: its old receipt is the answer. `head`, when given, must be the sequence of the last event.
    /// On Failure the outcome is unknown, and what can be read need not be safe: only another append of the same
    /// batches, which is harmless, or a new hold tells what is.
    [[nodiscard]] virtual std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) = 0;

    /// Keep other writers out, so that what is read now is still so when this thread appends. It is also as safe as
    /// durability() says, until an append fails: who tells somebody that a stored command was accepted needs a hold.
    /// Waits for its turn as `append` does, and refuses as it does. The holder appends as ever.
    [[nodiscard]] virtual std::expected<std::unique_ptr<Hold>, Failure> hold() = 0;

    /// Whether this thread has a hold.
    [[nodiscard]] virtual bool is_held_here() = 0;

    /// Opens a cursor at the first event of `reading`. See journal/cursor.hpp.
    [[nodiscard]] virtual std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const Reading& reading) = 0;

    /// The receipt of `command`, if it was accepted.
    [[nodiscard]] virtual std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) = 0;

    /// The sequence of the last event, 0 when there is none.
    [[nodiscard]] virtual std::expected<Sequence, Failure> head() = 0;

    /// Wait until the head is past `seen`, at most `at_most`; answer the head. Woken by appends, also of other
    /// processes where the journal is shared; returns early when a signal interrupts.
    [[nodiscard]] virtual std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) = 0;

    [[nodiscard]] virtual Durability durability() const = 0;
};

/// Reads all events of `reading` into memory, as records. Use it for few events, such as those of one command.
[[nodiscard]] std::expected<std::vector<Record>, Failure> read_all(Journal& journal, const Reading& reading = {});

} // namespace evenfold::journal
