/// The vocabulary that all deciders share: the form of a decision, and the classes of errors.
/// A decider is a pure function `decide(const Command&, const Model&) -> std::expected<std::vector<Event>, Error>`.
/// Returning no events is legal.
/// Source: docs/your-own-domain.md, section 2.
#pragma once

#include <cstdint>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"

namespace evenfold {

/// How the caller should react to an error: look elsewhere; wait or change the command; drop it; replay; or correct it.
enum class ErrorClass : std::uint8_t { not_found, conflict, stale, gap, invalid };

/// The command's id was used before, by a command with another body. Kernels of all domains reject commands with this.
struct CommandIdConflict {
    EVENFOLD_STRUCT(CommandIdConflict, (CommandId, command));
    friend bool operator==(const CommandIdConflict&, const CommandIdConflict&) = default;
};

} // namespace evenfold
