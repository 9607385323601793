/// What the laws have in common: ways through a history, and laws made of several.
/// Cost: a look copies a model or two.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "evenfold/testing/law/look.hpp"
#include "evenfold/tests/laws/core.hpp"
#include "evenfold/tests/support/invariants.hpp"

namespace evenfold::orchestration::tests {

using testing::breaks;
using testing::holds;
using testing::Verdict;
using CoreStep = testing::Step<Core>;

/// The law `name`, told in several parts, each a law of that name.
[[nodiscard]] CoreLaws all_of(std::string_view name, std::string_view says, CoreLaws parts);

/// A part of a law, for all_of, checked on one history in `every`.
[[nodiscard]] CoreLaw part(std::function<Verdict(const CoreHistory&)> check, std::uint64_t every = 1);

/// All laws of a section, in order.
[[nodiscard]] CoreLaws section(std::vector<CoreLaws> laws);

/// The same, each on one history in four: for what copies, folds or decodes a history several times over.
[[nodiscard]] CoreLaws now_and_then(CoreLaws laws);

/// The law of structure of that name: of all models, and of all steps.
[[nodiscard]] CoreLaw structural(std::string_view name, std::string_view says);

/// The model after `asked`, which must be accepted; nothing when it is refused.
[[nodiscard]] std::optional<Model> accepted(const Model& model, const Command& asked);

/// The thread that an effect is for; nothing for what is gone.
[[nodiscard]] std::optional<ThreadId> thread_of(const Effect& effect);

/// Every id that they name, in order.
[[nodiscard]] std::vector<Uuid> ids_in(const Command& asked);
[[nodiscard]] std::vector<Uuid> ids_in(const Event& happened);

/// The first of them, if there is one.
[[nodiscard]] Verdict first_of(const Violations& found);

/// `look(model)` at the models before the steps that are looked at, and at the last one.
template <class Look>
[[nodiscard]] Verdict each_model(const CoreHistory& history, Look look) {
    Verdict verdict = testing::each_look(history, [&](const CoreStep&, const Model& model) { return look(model); });
    return verdict ? look(history.model) : verdict;
}

/// `look(model)` after every command: as if the process died there. Dear, so for one history in some only.
constexpr std::uint64_t crashed_histories = 16;
template <class Look>
[[nodiscard]] Verdict each_crash(const CoreHistory& history, Look look) {
    Verdict verdict = testing::each_step(history, [&](const CoreStep&, const Model& model) { return look(model); });
    return verdict ? look(history.model) : verdict;
}

/// `look(before, step, after)` at the steps that are looked at and made something happen.
template <class Look>
[[nodiscard]] Verdict each_change(const CoreHistory& history, Look look) {
    return testing::each_look(history, [&](const CoreStep& step, const Model& before) {
        if (!step.answer || step.answer->empty()) return holds();
        return look(before, step, folded<Core>(before, *step.answer));
    });
}

} // namespace evenfold::orchestration::tests
