/// The envelope: the data that every command carries besides its body.
/// The caller supplies ids and instants. A command id names one request forever.
/// Source: docs/your-own-domain.md, section 7, shows a command in its envelope.
#pragma once

#include <optional>

#include "evenfold/core/events/events.hpp"

namespace evenfold {

template <class Command>
struct CommandEnvelope {
    CommandId command;
    Actor actor = Actor::user;
    Instant at;
    std::optional<Sequence> cause;        // the event that caused this command
    std::optional<CommandId> correlation; // the root of that event's chain; this command itself if absent
    Command body;
};

} // namespace evenfold
