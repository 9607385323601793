/// What every command carries besides what is asked: the envelope.
/// Ids and instants are brought by the caller; a command id names one request for ever.
/// Source: docs/your-own-domain.md, section 7, has a command in its envelope.
#pragma once

#include <optional>

#include "evenfold/core/events/events.hpp"

namespace evenfold {

template <class Command>
struct CommandEnvelope {
    CommandId command;
    Actor actor = Actor::user;
    Instant at;
    std::optional<Sequence> cause;        // the event that this command answers
    std::optional<CommandId> correlation; // the root of that event's chain; this command itself when absent
    Command body;
};

} // namespace evenfold
