/// Submits the commands of reactors to a kernel, each with an id and a time of the World.
/// Shape: nullopt if the commands were accepted; otherwise the reason as text, with rejections of the domain as JSON.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/reacting/world.hpp"

namespace evenfold::kernel {

/// Returns the reason why a command was refused, as text for a log. A rejection of the domain is JSON.
template <Domain D>
[[nodiscard]] std::string told(const Refusal<D>& refusal) {
    if (const auto* rejected = std::get_if<Rejected<D>>(&refusal)) return "refused: " + codec::encode(rejected->error);
    if (const auto* failure = std::get_if<journal::Failure>(&refusal))
        return fmt::format("{}; {}", failure->what, failure->remedy);
    return "refused: its command id is in use, or its cause is no event";
}

template <Domain D>
[[nodiscard]] std::optional<std::string>
ask(Kernel<D>& kernel, World& world, Actor actor, typename D::Command command) {
    const auto outcome = kernel.submit({.command = world.fresh_command(),
                                        .actor = actor,
                                        .at = world.now(),
                                        .cause = {},
                                        .correlation = {},
                                        .body = std::move(command)});
    return outcome ? std::nullopt : std::optional(told<D>(outcome.error()));
}

/// Submits `commands` in order. Stops at the first one that is refused.
template <Domain D>
[[nodiscard]] std::optional<std::string>
ask_all(Kernel<D>& kernel, World& world, Actor actor, std::vector<typename D::Command> commands) {
    for (auto& command : commands) {
        auto refusal = ask(kernel, world, actor, std::move(command));
        if (refusal) return refusal;
    }
    return std::nullopt;
}

} // namespace evenfold::kernel
