/// The vocabulary that all deciders share: the form of a decision, and the classes of errors (in core/hooks.hpp).
/// A decider is a pure function `decide(const Command&, const Model&) -> std::expected<std::vector<Event>, Error>`.
/// Returning no events is legal.
/// Source: docs/your-own-domain.md, section 2.
#pragma once

#include "evenfold/core/hooks.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"

namespace evenfold {

/// The command's id was used before, by a command with another body. Kernels of all domains reject commands with this.
struct CommandIdConflict {
    EVENFOLD_STRUCT(CommandIdConflict, (CommandId, command));
    friend bool operator==(const CommandIdConflict&, const CommandIdConflict&) = default;
};

} // namespace evenfold
