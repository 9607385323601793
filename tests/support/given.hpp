/// Given a history, when a command is decided, then these events or this rejection: a test as one sentence.
/// Shape: `given(story).when(command).then(Event...)`, `.then(rejection)` or `.then_nothing()`.
/// A failure shows the expected and the actual decision, at the line of its `when`.
#pragma once

#include <source_location>

#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {

/// The decision on the command of a `when`.
class Answered {
public:
    Answered(Model before, Command asked, Decision decision, const std::source_location& where)
        : before_(std::move(before)), asked_(std::move(asked)), decision_(std::move(decision)), where_(where) {}

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
class Given {
public:
    explicit Given(Model model) : model_(std::move(model)) {}

    /// Lets `actor` send the next command, so that the actor's permission is checked.
    [[nodiscard]] Given as(Actor actor) const;

    /// Decides `asked`. Checks that deciding twice returns the same (law L1) and does not change the model (law L2).
    [[nodiscard]] Answered
    when(const Command& asked, const std::source_location& where = std::source_location::current()) const;

private:
    Model model_;
    std::optional<Actor> actor_;
};

[[nodiscard]] inline Given given(const Story& story) {
    return Given(story.model);
}
[[nodiscard]] inline Given given(Model model) {
    return Given(std::move(model));
}
[[nodiscard]] inline Given given(const Events& events) {
    return Given(fold(Model{}, events));
}

} // namespace evenfold::orchestration::tests
