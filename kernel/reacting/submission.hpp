/// Submits the commands of reactors to a kernel, each with an id and a time of the runtime.
/// Shape: nullopt if the commands were accepted; otherwise the reason as text. A rejection by the domain is JSON.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/reacting/runtime.hpp"

namespace evenfold::kernel {

/// Returns the reason why a command was refused, as text for a log. A rejection of the domain is JSON.
template <Domain D>
[[nodiscard]] std::string refusal_text(const Refusal<D>& refusal) {
    if (const auto* rejected = std::get_if<Rejected<D>>(&refusal)) return "refused: " + codec::encode(rejected->error);
    if (const auto* failure = std::get_if<journal::Failure>(&refusal))
        return fmt::format("{} ({})", failure->what, failure->remedy);
    if (const auto* invalid = std::get_if<NotStorable>(&refusal)) return "refused: " + codec::to_text(invalid->error);
    return "refused: its command id is already used, its cause does not exist, or its expectation does not hold";
}

template <Domain D>
[[nodiscard]] std::optional<std::string>
submit_command(Kernel<D>& kernel, Runtime& runtime, Actor actor, typename D::Command command) {
    const auto outcome = kernel.submit({.command = runtime.fresh_command(),
                                        .actor = actor,
                                        .at = runtime.now(),
                                        .cause = {},
                                        .correlation = {},
                                        .body = std::move(command)});
    return outcome ? std::nullopt : std::optional(refusal_text<D>(outcome.error()));
}

/// Submits `commands` in order. Stops at the first one that is refused.
template <Domain D>
[[nodiscard]] std::optional<std::string>
submit_commands(Kernel<D>& kernel, Runtime& runtime, Actor actor, std::vector<typename D::Command> commands) {
    for (auto& command : commands) {
        auto refusal = submit_command(kernel, runtime, actor, std::move(command));
        if (refusal) return refusal;
    }
    return std::nullopt;
}

} // namespace evenfold::kernel
