/// The decider of orchestration, and what its model owes the outside world.
/// Shape: a command and a model in, events or the reason against it out; pure, and the transcript is never read.
/// Source: the orchestration specification, sections 6.0, 6.3 and 6.7.
#pragma once

#include <utility>

#include "evenfold/core/commands/commands.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/decider/orchestration/decision.hpp"
#include "evenfold/core/decider/orchestration/effects.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

/// The events that answer `asked`, or why not. No events: it is already so.
[[nodiscard]] Decision decide(const Command& asked, const Model& model);

/// NotPermitted when `actor` may not ask this: nobody but providers and shells may speak for an agent.
[[nodiscard]] Objection forbid(Actor actor, const Command& asked);

/// The domain, for a kernel, a codec and a test to take by one name.
struct Orchestration {
    using Command = orchestration::Command;
    using Event = orchestration::Event;
    using Model = orchestration::Model;
    using Error = orchestration::Error;

    [[nodiscard]] static Decision decide(const Command& asked, const Model& model);
    [[nodiscard]] static Model project(Model model, const Event& event) {
        return orchestration::project(std::move(model), event);
    }
    [[nodiscard]] static std::string stream_of(const Event& event, const Model& model);
    [[nodiscard]] static Objection forbid(Actor actor, const Command& asked);
    [[nodiscard]] static std::vector<Effect> outstanding(const Model& model);
    [[nodiscard]] static ErrorClass class_of(const Error& error, Actor actor) {
        return orchestration::class_of(error, actor);
    }
};

} // namespace evenfold::orchestration
