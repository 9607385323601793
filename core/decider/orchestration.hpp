/// The decider of the domain of coding agents, and the effects that its model requires outside.
/// `Orchestration` is the domain by one name, for a kernel, a codec or a test. Pure: it takes a command and a model,
/// and returns events or the reason for a refusal. It never reads the transcript.
/// Source: the orchestration specification, sections 6.0, 6.3 and 6.7.
///
///     const auto decision = orchestration::decide(command, model);
///     if (!decision) return refuse(decision.error());
///     for (const orchestration::Event& event : *decision) model = orchestration::project(std::move(model), event);
///     const auto effects = orchestration::Orchestration::outstanding(model); // for the reactors
#pragma once

#include <utility>

#include "evenfold/core/commands/commands.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/decider/orchestration/decision.hpp"
#include "evenfold/core/decider/orchestration/effects.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/projector/orchestration/compaction.hpp"

namespace evenfold::orchestration {

/// Returns the events that `command` causes, or the reason for a rejection. No events: the model already satisfies it.
[[nodiscard]] Decision decide(const Command& command, const Model& model);

/// Returns NotPermitted if `actor` must not send this command: only providers and shells may report for an agent.
[[nodiscard]] OptionalError forbid(Actor actor, const Command& command);

/// The domain, as one name for a kernel, a codec or a test.
struct Orchestration {
    using Command = orchestration::Command;
    using Event = orchestration::Event;
    using Model = orchestration::Model;
    using Error = orchestration::Error;

    [[nodiscard]] static Decision decide(const Command& command, const Model& model);
    [[nodiscard]] static Model project(Model model, const Event& event) {
        return orchestration::project(std::move(model), event);
    }
    [[nodiscard]] static std::string stream_of(const Event& event, const Model& model);
    [[nodiscard]] static OptionalError forbid(Actor actor, const Command& command);
    [[nodiscard]] static std::vector<Effect> outstanding(const Model& model);
    [[nodiscard]] static ErrorClass class_of(const Error& error, Actor actor) {
        return orchestration::class_of(error, actor);
    }
    [[nodiscard]] static std::vector<std::optional<Event>> compact(std::span<const Event> log) {
        return compact_in_place(log);
    }
    [[nodiscard]] static Model kept_by_compaction(Model model) {
        return orchestration::kept_by_compaction(std::move(model));
    }
    static constexpr unsigned compaction_version = 1;
};

} // namespace evenfold::orchestration
