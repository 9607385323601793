/// What every event carries besides what happened: the envelope.
/// Shapes: sequence from 1, gap-free over the whole journal; version from 1, gap-free within a stream; times are
/// data, never keys.
/// Source: docs/journal-sqlite.md, "Tables", lists the envelope as it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold {

/// The place of an event in the order of all events; 0 is before the first.
using Sequence = std::uint64_t;

/// The place of an event in its stream; 0 is before the first.
using StreamVersion = std::uint64_t;

/// Who asked.
enum class Actor : std::uint8_t { user, agent, reactor, provider, system };

/// An event as it stands in a journal. Its id is (command, index).
template <class Event>
struct StoredEvent {
    Sequence sequence = 0;
    std::string stream;
    StreamVersion version = 0;
    CommandId command;
    std::uint32_t index = 0;
    Actor actor = Actor::user;
    std::optional<Sequence> cause; // the event that the command answered
    CommandId correlation;         // the root command of the chain of causes
    Instant at;                    // when the command was asked, by the caller's clock
    Instant stored_at;             // when the journal took it, by the writer's clock
    Event body;
    std::string unknown_fields; // JSON of what this build does not know in the body; empty when it knows all
};

} // namespace evenfold
