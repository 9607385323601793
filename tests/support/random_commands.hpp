/// Commands drawn at random over a small pool of ids: mostly such as the model may accept, some that make no sense.
/// Shape: one number a command, so that a list of numbers is a history, and a shorter list a simpler one.
#pragma once

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests {

/// The command that `seed` stands for in that model: equal inputs, equal command. Commands that need no values of
/// their own are drawn by their shape (by_shape.hpp).
[[nodiscard]] Command random_command(std::uint32_t seed, const Model& model);

/// The provider event that `seed` stands for; call and request ids come from a handful.
[[nodiscard]] ProviderEvent random_provider_event(std::uint32_t seed);

/// The first id of its kind that was never used.
template <class SomeId>
[[nodiscard]] SomeId unused(const Index& index) {
    const auto is_used = [&](const SomeId& candidate) {
        if (index.retired.contains(candidate.uuid)) return true;
        if constexpr (std::is_same_v<SomeId, MessageId>)
            return index.messages.contains(candidate);
        else
            return index.find(candidate) != nullptr;
    };
    unsigned number = 1;
    while (is_used(id<SomeId>(number))) ++number;
    return id<SomeId>(number);
}

} // namespace evenfold::orchestration::tests
