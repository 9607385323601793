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
[[nodiscard]] CoreLaws all_of(std::string_view name, std::string_view says, CoreLaws parts);

/// Returns a part of a law, for all_of(). It is checked only on every `every`-th history.
[[nodiscard]] CoreLaw part(std::function<Verdict(const CoreHistory&)> check, std::uint64_t every = 1);

/// Returns all laws of a section, in order.
[[nodiscard]] CoreLaws section(std::vector<CoreLaws> laws);

/// Returns the laws, each checked on every fourth history. Use it for laws that copy, fold or decode a history several
/// times.
[[nodiscard]] CoreLaws now_and_then(CoreLaws laws);

/// Returns the law of structure of that name, which checks all models and all steps.
[[nodiscard]] CoreLaw structural(std::string_view name, std::string_view says);

/// Returns the model after `asked`, or nothing if the command is refused.
[[nodiscard]] std::optional<Model> accepted(const Model& model, const Command& asked);

/// Returns the thread that an effect belongs to, or nothing if that thread is gone.
[[nodiscard]] std::optional<ThreadId> thread_of(const Effect& effect);

/// Returns every id that the command or event names, in order.
[[nodiscard]] std::vector<Uuid> ids_in(const Command& asked);
[[nodiscard]] std::vector<Uuid> ids_in(const Event& happened);

/// Returns the first violation as a broken law; holds if there is none.
[[nodiscard]] Verdict first_of(const Violations& found);

/// Calls `look(model)` with the model before each sampled step, and with the last model.
template <class Look>
[[nodiscard]] Verdict each_model(const CoreHistory& history, Look look) {
    Verdict verdict =
        testing::each_sampled_step(history, [&](const CoreStep&, const Model& model) { return look(model); });
    return verdict ? look(history.model) : verdict;
}

/// Calls `look(model)` after every command, as if the process died there. It is expensive, so use it for some histories
/// only.
constexpr std::uint64_t crashed_histories = 16;
template <class Look>
[[nodiscard]] Verdict each_crash(const CoreHistory& history, Look look) {
    Verdict verdict = testing::each_step(history, [&](const CoreStep&, const Model& model) { return look(model); });
    return verdict ? look(history.model) : verdict;
}

/// Calls `look(before, step, after)` for each sampled step that has events.
template <class Look>
[[nodiscard]] Verdict each_change(const CoreHistory& history, Look look) {
    return testing::each_sampled_step(history, [&](const CoreStep& step, const Model& before) {
        if (!step.decision || step.decision->empty()) return holds();
        return look(before, step, folded<Core>(before, *step.decision));
    });
}

} // namespace evenfold::orchestration::tests
