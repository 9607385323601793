/// The envelope: the data that every event carries besides its body.
/// Shapes: `sequence` starts at 1 and has no gaps over the whole journal; `version` starts at 1 and has no gaps within
/// a stream; times are data, never keys.
/// Source: docs/journal-sqlite.md, "Tables", lists the envelope as it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold {

/// The position of an event in the order of all events; 0 is before the first.
using Sequence = std::uint64_t;

/// The position of an event in its stream; 0 is before the first.
using StreamVersion = std::uint64_t;

/// The party that sent the command.
enum class Actor : std::uint8_t { user, agent, reactor, provider, system };

/// An event as it is stored in a journal. Its id is (command, index).
template <class Event>
struct StoredEvent {
    Sequence sequence = 0;
    std::string stream;
    StreamVersion version = 0;
    CommandId command;
    std::uint32_t index = 0;
    Actor actor = Actor::user;
    std::optional<Sequence> cause; // the event that caused the command
    CommandId correlation;         // the root command of the chain of causes
    Instant at;                    // when the command was sent, by the caller's clock
    Instant stored_at;             // when the journal stored the event, by the writer's clock
    Event body;
    std::string unknown_fields; // JSON of the body's fields that this build does not know; empty if there are none
};

} // namespace evenfold
