/// What a domain is: four types and two pure functions, named by one struct. No base class, no registration.
/// Shape: `decide` answers a command with events or an error, `project` folds an event into the model; both without
/// clock, randomness or I/O. The model starts as `Model{}`.
/// Source: J. Chassaing, "Functional Event Sourcing Decider" (2021).
#pragma once

#include <concepts>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold {

/// A struct D with D::Command, D::Event, D::Model, D::Error, D::decide and D::project.
template <class D>
concept Domain = requires(const typename D::Command& command, const typename D::Event& event,
                          const typename D::Model& model, typename D::Model moved) {
    typename D::Error;
    requires std::default_initializable<typename D::Model>;
    { D::decide(command, model) } -> std::same_as<std::expected<std::vector<typename D::Event>, typename D::Error>>;
    { D::project(std::move(moved), event) } -> std::same_as<typename D::Model>;
};

/// A domain that says which stream an event belongs to; otherwise all its events stand in the stream `domain`.
template <class D>
concept HasStreams = requires(const typename D::Event& event, const typename D::Model& model) {
    { D::stream_of(event, model) } -> std::convertible_to<std::string>;
};

/// A domain that says who may ask what.
template <class D>
concept HasPermissions = requires(Actor actor, const typename D::Command& command) {
    { D::forbid(actor, command) } -> std::same_as<std::optional<typename D::Error>>;
};

/// A domain with effects: what must be done outside is a function of its model.
template <class D>
concept HasEffects = requires(const typename D::Model& model) { D::outstanding(model); };

/// The stream of `event`, decided on `model`.
template <Domain D>
[[nodiscard]] std::string stream_of(const typename D::Event& event, const typename D::Model& model) {
    if constexpr (HasStreams<D>)
        return D::stream_of(event, model);
    else
        return "domain";
}

/// Why `actor` may not ask `command`, or nothing.
template <Domain D>
[[nodiscard]] std::optional<typename D::Error> forbid(Actor actor, const typename D::Command& command) {
    if constexpr (HasPermissions<D>)
        return D::forbid(actor, command);
    else
        return std::nullopt;
}

} // namespace evenfold
