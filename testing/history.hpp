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
struct Step {
    typename D::Command command;
    std::expected<std::vector<typename D::Event>, typename D::Error> answer;
};

/// Returns the text of the current exception. Call it in a catch block only.
[[nodiscard]] inline std::string thrown_text() {
    try {
        throw;
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "what is no std::exception";
    }
}

template <Domain D>
struct History {
    std::vector<Step<D>> steps;
    typename D::Model model{};                  // after all steps
    std::optional<typename D::Command> thrower; // made the domain throw; the history ends before it
    std::string thrown;                         // the text of that exception

    /// Decides `command` as the next step. Does nothing after a throw.
    void ask(typename D::Command command) {
        if (thrower) return;
        try {
            Step<D> step{.command = command, .answer = decide<D>(command, model)};
            if (step.answer) model = folded<D>(std::move(model), *step.answer);
            steps.push_back(std::move(step));
        } catch (...) {
            thrower.emplace(std::move(command));
            thrown = thrown_text();
            model = folded<D>({}, events());
        }
    }

    [[nodiscard]] std::vector<typename D::Event> events() const {
        std::vector<typename D::Event> all;
        all.reserve(count());
        for (const Step<D>& step : steps) {
            if (!step.answer) continue;
            for (const auto& event : *step.answer) all.push_back(event); // a range insert takes longer to compile
        }
        return all;
    }

    /// Returns the number of events.
    [[nodiscard]] std::size_t count() const {
        std::size_t events = 0;
        for (const Step<D>& step : steps) events += step.answer ? step.answer->size() : 0;
        return events;
    }
};

/// Returns the history of these commands.
template <Domain D>
[[nodiscard]] History<D> asked(const std::vector<typename D::Command>& commands) {
    History<D> history;
    for (const auto& command : commands) history.ask(command);
    return history;
}

} // namespace evenfold::testing
