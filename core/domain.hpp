/// The concept `Domain` (an aggregate or decider in the literature): one struct that names four types and two pure
/// functions. No base class, no registration.
/// `decide` returns events or an error for a command; `project` folds an event into the model, which starts as
/// `Model{}`. Both must not use a clock, randomness or I/O, so any number of threads may call them.
/// A struct that lacks a part does not compile, and the error names the part. Optional members: core/hooks.hpp.
/// Source: J. Chassaing, "Functional Event Sourcing Decider" (2021).
///
///     static_assert(Domain<Counter>); // the domain of README.md
///     const auto decision = decide<Counter>(Add{60}, Total{50});
///     assert(!decision && decision.error().limit == 100); // refused, because 110 exceeds the limit
///     assert(Counter::project(Total{50}, Added{30}).value == 80);
#pragma once

#include <concepts>
#include <expected>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/hooks.hpp"

namespace evenfold {

template <class D>
concept HasTypes = requires {
    typename D::Command;
    typename D::Event;
    typename D::Error;
    requires std::default_initializable<typename D::Model>;
};

namespace needs {

template <class Decision, class Event, class Error>
inline constexpr bool is_decision = false;
template <std::ranges::forward_range Decided, class Event, class Error>
    requires std::same_as<std::ranges::range_value_t<Decided>, Event>
inline constexpr bool is_decision<std::expected<Decided, Error>, Event, Error> = true;

} // namespace needs

/// `decide` must return an expected of a range of Event: a std::vector, or a container that allocates less.
template <class D>
concept HasDecide = HasTypes<D> && requires(const typename D::Command& command, const typename D::Model& model) {
    requires needs::is_decision<decltype(D::decide(command, model)), typename D::Event, typename D::Error>;
};

template <class D>
concept HasProject = HasTypes<D> && requires(typename D::Model model, const typename D::Event& event) {
    { D::project(std::move(model), event) } -> std::same_as<typename D::Model>;
};

namespace needs {

/// Fails to compile with an error that names the first missing member of D.
template <class D>
consteval bool met() {
    static_assert(requires { typename D::Command; }, "a domain needs a type Command: the requests that it decides");
    static_assert(requires { typename D::Event; }, "a domain needs a type Event: the facts that it records");
    static_assert(requires { typename D::Error; }, "a domain needs a type Error: the reasons for a rejection");
    static_assert(
        requires { requires std::default_initializable<typename D::Model>; },
        "a domain needs a type Model that starts as Model{}: the state on which it decides");
    static_assert(HasDecide<D> || !HasTypes<D>, "a domain needs static std::expected<std::vector<Event>, Error> "
                                                "decide(const Command&, const Model&), or another range of Event");
    static_assert(HasProject<D> || !HasTypes<D>, "a domain needs static Model project(Model, const Event&)");
    return HasDecide<D> && HasProject<D>;
}

} // namespace needs

/// A struct D with D::Command, D::Event, D::Model, D::Error, D::decide and D::project.
template <class D>
concept Domain = needs::met<D>();

/// Returns the decision of D in the form that kernels and laws use.
template <Domain D>
[[nodiscard]] constexpr std::expected<std::vector<typename D::Event>, typename D::Error>
decide(const typename D::Command& command, const typename D::Model& model) {
    auto decision = D::decide(command, model);
    using Decided = typename decltype(decision)::value_type;
    if constexpr (std::same_as<Decided, std::vector<typename D::Event>>) {
        return decision;
    } else {
        if (!decision) return std::unexpected(std::move(decision.error()));
        std::vector<typename D::Event> events;
        for (auto&& event : *decision) {
            if constexpr (std::ranges::borrowed_range<Decided>)
                events.push_back(event); // a copy, since the range does not own its events
            else
                events.push_back(std::move(event));
        }
        return events;
    }
}

/// Returns the stream of `event`, which was decided on `model`.
template <Domain D>
[[nodiscard]] std::string stream_of(const typename D::Event& event, const typename D::Model& model) {
    hooks::check<D>();
    if constexpr (HasStreams<D>)
        return D::stream_of(event, model);
    else
        return "domain";
}

/// Returns the reason for which `actor` must not send `command`, or nullopt.
template <Domain D>
[[nodiscard]] std::optional<typename D::Error> forbid(Actor actor, const typename D::Command& command) {
    hooks::check<D>();
    if constexpr (HasPermissions<D>)
        return D::forbid(actor, command);
    else
        return std::nullopt;
}

} // namespace evenfold
