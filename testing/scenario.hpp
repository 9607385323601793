/// Scenarios: given these events, when a command is decided, then these events or this error.
/// Shape: each scenario returns a Verdict for any test framework; testing/doctest.hpp has the macros for doctest. If
/// the domain's functions are constexpr, a scenario may be used in a static_assert.
/// A failure prints the expected and the actual values, field by field, and the location of its `given`.
#pragma once

#include <concepts>
#include <expected>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/projector/projector.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/code.hpp"
#include "evenfold/testing/testable.hpp"
#include "evenfold/testing/verdict.hpp"

namespace evenfold::testing {

/// Returns the differences of two values as text. Compiled only for types that have a shape.
template <class Expected, class Got>
[[nodiscard]] std::string compared(std::string_view what, const Expected& expected, const Got& got) {
    return std::string(what) + '\n' + differences(expected, got);
}

/// The decision for a command.
template <Testable D>
class ScenarioResult {
public:
    using Event = typename D::Event;
    using Error = typename D::Error;
    using Decision = std::expected<std::vector<Event>, Error>;

    constexpr ScenarioResult(Decision decision, typename D::Model before, std::source_location where)
        : decision_(std::move(decision)), before_(std::move(before)), where_(where) {}

    /// A decision with the model after it, which is already known.
    ScenarioResult(Decision decision, std::source_location where, typename D::Model after)
        : decision_(std::move(decision)), after_(std::move(after)), where_(where) {}

    /// A command without a decision, because of `failure`.
    ScenarioResult(std::string failure, std::source_location where)
        : decision_(std::vector<Event>{}), failure_(std::move(failure)), where_(where) {}

    /// Expects exactly these events, in this order.
    template <class... Happened>
    [[nodiscard]] constexpr Verdict then(Happened... happened) const {
        constexpr bool are_events = (std::convertible_to<Happened, Event> && ...);
        static_assert(are_events, "then expects events of the domain, then_error expects its error");
        std::vector<Event> expected;
        if constexpr (are_events) (expected.push_back(Event(std::move(happened))), ...);
        return then_events(expected);
    }

    /// As `then`, for a list.
    [[nodiscard]] constexpr Verdict then_events(const std::vector<Event>& expected) const {
        if (decision_.has_value() && *decision_ == expected) return holding();
        if consteval {
            return broken_silently();
        } else {
            if (!decision_.has_value())
                return broken("expected the events " + code_of(expected) + ", got the error " +
                              code_of(decision_.error()));
            return broken(compared("the events differ", expected, *decision_));
        }
    }

    /// Expects exactly this error.
    [[nodiscard]] constexpr Verdict then_error(const Error& expected) const {
        if (!decision_.has_value() && decision_.error() == expected) return holding();
        if consteval {
            return broken_silently();
        } else {
            if (decision_.has_value())
                return broken("expected the error " + code_of(expected) + ", got the events " + code_of(*decision_));
            return broken(compared("the errors differ", expected, decision_.error()));
        }
    }

    /// Expects that the command is accepted without events.
    [[nodiscard]] constexpr Verdict then_nothing() const { return then_events({}); }

    /// Expects that the command is accepted, whatever its events are.
    [[nodiscard]] constexpr Verdict then_accepted() const {
        if (decision_.has_value()) return holding();
        if consteval {
            return broken_silently();
        } else {
            return broken("expected the command to be accepted, got the error " + code_of(decision_.error()));
        }
    }

    /// Expects this model after the events of the decision; after an error, the model before it.
    [[nodiscard]] constexpr Verdict then_model(const typename D::Model& expected) const {
        const typename D::Model model = after();
        if (model == expected) return holding();
        if consteval {
            return broken_silently();
        } else {
            return broken(compared("the models differ", expected, model));
        }
    }

private:
    [[nodiscard]] constexpr typename D::Model after() const {
        if (after_) return *after_;
        return decision_.has_value() ? folded<D>(before_, *decision_) : before_;
    }
    [[nodiscard]] constexpr Verdict holding() const {
        if (!failure_) return {.holds = true, .reason = {}, .where = where_};
        return {.holds = false, .reason = failure_, .where = where_};
    }
    [[nodiscard]] constexpr Verdict broken_silently() const { return {.holds = false, .reason = {}, .where = where_}; }
    [[nodiscard]] Verdict broken(std::string message) const {
        return {.holds = false, .reason = failure_ ? failure_ : std::optional(std::move(message)), .where = where_};
    }

    Decision decision_;
    typename D::Model before_{};
    std::optional<typename D::Model> after_; // if it is known without folding
    std::optional<std::string> failure_;
    std::source_location where_;
};

/// The events before a command.
template <Testable D>
class Scenario {
public:
    using Event = typename D::Event;
    using Command = typename D::Command;

    constexpr explicit Scenario(typename D::Model model, std::source_location where)
        : model_(std::move(model)), where_(where) {}

    /// Decides `command`.
    [[nodiscard]] constexpr ScenarioResult<D> when(const Command& command) const {
        return {decide<D>(command, model_), model_, where_};
    }
    template <class Other>
        requires(!std::convertible_to<const Other&, Command>)
    [[nodiscard]] constexpr ScenarioResult<D> when(const Other&) const {
        constexpr bool is_command = std::convertible_to<const Other&, Command>;
        static_assert(is_command, "when expects a command of the domain");
        return {std::vector<Event>{}, model_, where_};
    }

    /// Decides `command` from `actor`, which the domain may forbid.
    [[nodiscard]] constexpr ScenarioResult<D> when(Actor actor, const Command& command) const {
        if (auto no = forbid<D>(actor, command)) return {std::unexpected(std::move(*no)), model_, where_};
        return when(command);
    }

    /// Adds the events of `command`. A refused command adds none.
    [[nodiscard]] constexpr Scenario and_submitted(const Command& command) const {
        const auto decision = decide<D>(command, model_);
        return Scenario(decision ? folded<D>(model_, *decision) : model_, where_);
    }

    /// Expects this model from the projection alone.
    [[nodiscard]] constexpr Verdict then_model(const typename D::Model& expected) const {
        return ScenarioResult<D>(typename ScenarioResult<D>::Decision{std::vector<Event>{}}, model_, where_)
            .then_model(expected);
    }

    [[nodiscard]] constexpr const typename D::Model& model() const { return model_; }

private:
    typename D::Model model_;
    std::source_location where_;
};

/// Begins a scenario after these events.
template <Testable D>
[[nodiscard]] constexpr Scenario<D>
given(const std::vector<typename D::Event>& events, std::source_location where = std::source_location::current()) {
    return Scenario<D>(folded<D>({}, events), where);
}

/// Begins a scenario without any events.
template <Testable D>
[[nodiscard]] constexpr Scenario<D> given(std::source_location where = std::source_location::current()) {
    return Scenario<D>(typename D::Model{}, where);
}

} // namespace evenfold::testing
