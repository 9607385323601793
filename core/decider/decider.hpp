/// What all deciders share: how an answer looks, and how refusals are classed.
/// A decider is `decide(const Command&, const Model&) -> std::expected<std::vector<Event>, Error>`: pure; no
/// events is a legal answer.
/// Source: docs/your-own-domain.md, section 2.
#pragma once

#include <cstdint>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"

namespace evenfold {

/// What the asker should make of a refusal: look elsewhere, wait or change the wish, drop it, replay, or mend it.
enum class ErrorClass : std::uint8_t { not_found, conflict, stale, gap, invalid };

/// The command's id was used before, by a command with another body. Kernels of all domains refuse with this.
struct CommandIdConflict {
    EVENFOLD_STRUCT(CommandIdConflict, (CommandId, command));
    friend bool operator==(const CommandIdConflict&, const CommandIdConflict&) = default;
};

} // namespace evenfold
