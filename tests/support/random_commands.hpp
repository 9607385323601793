/// Commands generated at random over a small pool of ids. The model may accept most of them; some make no sense.
/// Shape: one number per command, so that a list of numbers is a history, and a shorter list a simpler one.
#pragma once

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests {

/// Returns the command for `seed` in that model: equal inputs, equal command. Commands that need no special values are
/// generated from their shape (by_shape.hpp).
[[nodiscard]] Command random_command(std::uint32_t seed, const Model& model);

/// Returns the provider event for `seed`; call and request ids come from a handful.
[[nodiscard]] ProviderEvent random_provider_event(std::uint32_t seed);

/// Returns the first id of its kind that was never used.
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
