/// Scenarios of orchestration: given a history, when a command is decided, then these events or this rejection.
/// Shape: `given(story).when(command).then(Event...)`, `.then(rejection)` or `.then_nothing()`.
/// A failure shows the expected and the actual decision, at the line of its `when`.
#pragma once

#include <source_location>

#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {

/// The decision on the command of a `when`.
class CheckedDecision {
public:
    CheckedDecision(Model before, Command command, Decision decision, const std::source_location& where)
        : before_(std::move(before)), asked_(std::move(command)), decision_(std::move(decision)), where_(where) {}

    /// Expects exactly these events in this order, or exactly this rejection.
    template <class... Expected>
    void then(const Expected&... expected) const {
        if constexpr ((variants::holds<Expected, Event> && ...))
            then_events({Event(expected)...});
        else
            then_refused(Error(expected...));
    }

    void then_events(const Events& expected) const;
    void then_refused(const Error& expected) const;

    /// Expects that the command is accepted without events, because it would change nothing.
    void then_nothing() const { then_events({}); }

    /// Expects that the command is accepted, with any events.
    void then_accepted() const;

private:
    void fail(const std::string& expected) const;

    Model before_;
    Command asked_;
    Decision decision_;
    std::source_location where_;
};

/// A history to which a command can be added.
class GivenStory {
public:
    explicit GivenStory(Model model) : model_(std::move(model)) {}

    /// Lets `actor` send the next command, so that the actor's permission is checked.
    [[nodiscard]] GivenStory as(Actor actor) const;

    /// Decides `command`. Checks that deciding twice returns the same (law L1) and does not change the model (law L2).
    [[nodiscard]] CheckedDecision
    when(const Command& command, const std::source_location& where = std::source_location::current()) const;

private:
    Model model_;
    std::optional<Actor> actor_;
};

[[nodiscard]] inline GivenStory given(const Story& story) {
    return GivenStory(story.model);
}
[[nodiscard]] inline GivenStory given(Model model) {
    return GivenStory(std::move(model));
}
[[nodiscard]] inline GivenStory given(const Events& events) {
    return GivenStory(fold(Model{}, events));
}

} // namespace evenfold::orchestration::tests
