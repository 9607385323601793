/// Commands drawn at random over a small pool of ids: mostly such as the model may accept, some that make no sense.
/// Shape: one number a command, so that a list of numbers is a history, and a shorter list a simpler one.
#pragma once

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration::tests {

/// The command that `seed` stands for in that model: equal inputs, equal command.
[[nodiscard]] Command random_command(std::uint32_t seed, const Model& model);

/// The provider event that `seed` stands for; call and request ids come from a handful.
[[nodiscard]] ProviderEvent random_provider_event(std::uint32_t seed);

} // namespace evenfold::orchestration::tests
