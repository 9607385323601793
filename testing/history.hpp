/// Histories: commands in order, the decision for each, and the model after all of them.
/// Shape: decided one after the other by the domain alone, without kernel or journal. If the domain throws, the history
/// ends before the command that made it throw.
#pragma once

#include <exception>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/projector/projector.hpp"

namespace evenfold::testing {

/// A command and its decision.
template <Domain D>
struct HistoryStep {
    typename D::Command command;
    std::expected<std::vector<typename D::Event>, typename D::Error> decision;
};

/// Returns the text of the current exception. Call it in a catch block only.
[[nodiscard]] inline std::string current_exception_text() {
    try {
        throw;
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an exception that is not a std::exception";
    }
}

template <Domain D>
struct History {
    std::vector<HistoryStep<D>> steps;
    typename D::Model model{};                           // after all steps
    std::optional<typename D::Command> throwing_command; // if the domain threw; the history ends before it
    std::string exception_text;                          // the text of that exception

    /// Decides `command` and appends it as the next step. Does nothing after the domain threw.
    void submit(typename D::Command command) {
        if (throwing_command) return;
        try {
            HistoryStep<D> step{.command = command, .decision = decide<D>(command, model)};
            if (step.decision) model = folded<D>(std::move(model), *step.decision);
            steps.push_back(std::move(step));
        } catch (...) {
            throwing_command.emplace(std::move(command));
            exception_text = current_exception_text();
            model = folded<D>({}, events());
        }
    }

    [[nodiscard]] std::vector<typename D::Event> events() const {
        std::vector<typename D::Event> all;
        all.reserve(count());
        for (const HistoryStep<D>& step : steps) {
            if (!step.decision) continue;
            for (const auto& event : *step.decision) all.push_back(event); // a range insert takes longer to compile
        }
        return all;
    }

    /// Returns the number of events.
    [[nodiscard]] std::size_t count() const {
        std::size_t events = 0;
        for (const HistoryStep<D>& step : steps) events += step.decision ? step.decision->size() : 0;
        return events;
    }
};

/// Decides these commands in order and returns the history.
template <Domain D>
[[nodiscard]] History<D> make_history(const std::vector<typename D::Command>& commands) {
    History<D> history;
    for (const auto& command : commands) history.submit(command);
    return history;
}

} // namespace evenfold::testing
