/// The envelope: the data that every command carries besides its body.
/// The caller supplies ids and instants. A command id names one request forever. An expectation makes the command
/// conditional on the state that its sender has seen (optimistic concurrency).
/// Source: docs/your-own-domain.md, section 7, shows a command in its envelope.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "evenfold/core/events/events.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold {

/// The last event of the journal is still this one.
struct ExpectedHead {
    EVENFOLD_STRUCT(ExpectedHead, (Sequence, head));
    friend bool operator==(const ExpectedHead&, const ExpectedHead&) = default;
};

/// The stream still has this many events; 0 is "no such stream".
struct ExpectedVersion {
    EVENFOLD_STRUCT(ExpectedVersion, (std::string, stream), (StreamVersion, version));
    friend bool operator==(const ExpectedVersion&, const ExpectedVersion&) = default;
};

using CommandExpectation = std::variant<ExpectedHead, ExpectedVersion>;

template <class Command>
struct CommandEnvelope {
    CommandId command;
    Actor actor = Actor::user;
    Instant at;
    std::optional<Sequence> cause;        // the event that caused this command
    std::optional<CommandId> correlation; // the root of that event's chain; this command itself if absent
    Command body;
    /// The command is refused unless this holds when it is decided. It is not part of the command's identity, so a
    /// repeated command gets its receipt whatever it expects.
    std::optional<CommandExpectation> expectation = {}; // NOLINT(readability-redundant-member-init): may be left out
};

} // namespace evenfold
