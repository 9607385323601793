/// The common parts of the laws: traversals of a history, and laws that consist of several parts.
/// Cost: each sampled step copies one or two models.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "evenfold/testing/law/sampled_steps.hpp"
#include "evenfold/tests/laws/core.hpp"
#include "evenfold/tests/support/invariants.hpp"

namespace evenfold::orchestration::tests {

using testing::breaks;
using testing::holds;
using testing::Verdict;
using CoreStep = testing::HistoryStep<Core>;

/// Returns the law `name` as several parts; each part is a law of that name.
[[nodiscard]] CoreLaws all_of(std::string_view name, std::string_view statement, CoreLaws parts);

/// Returns a part of a law, for all_of(). It is checked only on every `interval`-th history.
[[nodiscard]] CoreLaw part(std::function<Verdict(const CoreHistory&)> check, std::uint64_t interval = 1);

/// Returns all laws of a section, in order.
[[nodiscard]] CoreLaws section(std::vector<CoreLaws> laws);

/// Returns the laws, each checked on every fourth history only. Use it for laws that copy, fold or decode a history
/// several times.
[[nodiscard]] CoreLaws on_every_fourth(CoreLaws laws);

/// Returns the law of structure of that name, which checks all models and all steps.
[[nodiscard]] CoreLaw structural(std::string_view name, std::string_view statement);

/// Returns the model after `command`, or nothing if the command is refused.
[[nodiscard]] std::optional<Model> accepted(const Model& model, const Command& command);

/// Returns the thread that an effect belongs to, or nothing if that thread is gone.
[[nodiscard]] std::optional<ThreadId> thread_of(const Effect& effect);

/// Returns every id that the command or event names, in order.
[[nodiscard]] std::vector<Uuid> ids_in(const Command& command);
[[nodiscard]] std::vector<Uuid> ids_in(const Event& event);

/// Returns the first violation as a broken law; holds if there is none.
[[nodiscard]] Verdict first_of(const Violations& found);

/// Calls `visit(model)` with the model before each sampled step, and with the last model.
template <class Visit>
[[nodiscard]] Verdict each_model(const CoreHistory& history, Visit visit) {
    Verdict verdict =
        testing::each_sampled_step(history, [&](const CoreStep&, const Model& model) { return visit(model); });
    return verdict ? visit(history.model) : verdict;
}

/// Calls `visit(model)` after every command, as if the process died there. Use it for some histories only, because
/// it is expensive.
constexpr std::uint64_t crashed_histories = 16;
template <class Visit>
[[nodiscard]] Verdict each_crash(const CoreHistory& history, Visit visit) {
    Verdict verdict = testing::each_step(history, [&](const CoreStep&, const Model& model) { return visit(model); });
    return verdict ? visit(history.model) : verdict;
}

/// Calls `visit(before, step, after)` for each sampled step that has events.
template <class Visit>
[[nodiscard]] Verdict each_change(const CoreHistory& history, Visit visit) {
    return testing::each_sampled_step(history, [&](const CoreStep& step, const Model& before) {
        if (!step.decision || step.decision->empty()) return holds();
        return visit(before, step, folded<Core>(before, *step.decision));
    });
}

} // namespace evenfold::orchestration::tests
