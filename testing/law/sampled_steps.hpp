/// Iteration over a history for a law: every step, or a sample.
/// Cost: the models before the steps are folded one at a time; the cost of a sampled step is the law's.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "evenfold/testing/law/law.hpp"

namespace evenfold::testing {

/// Calls `visit(step, model before it)` for each step, in order, until a verdict is broken.
template <Domain D, class Visit>
[[nodiscard]] Verdict each_step(const History<D>& history, Visit visit) {
    typename D::Model model{};
    for (std::size_t index = 0; index < history.steps.size(); ++index) {
        const HistoryStep<D>& step = history.steps[index];
        if (Verdict verdict = visit(step, std::as_const(model)); !verdict) {
            verdict.reason = fmt::format("at command {} ({}): {}", index + 1, code_of(step.command), verdict.message());
            return verdict;
        }
        if (step.decision) model = folded<D>(std::move(model), *step.decision);
    }
    return holds();
}

/// The sampled steps of a history.
template <Domain D>
class SampledSteps : public AnySampledSteps {
public:
    explicit SampledSteps(const History<D>& history) : AnySampledSteps(history.steps.size(), history.count()) {}
};

/// As each_step, for the sampled steps.
template <Domain D, class Visit>
[[nodiscard]] Verdict each_sampled_step(const History<D>& history, Visit visit) {
    const SampledSteps<D> samples(history);
    std::size_t index = 0;
    return each_step(history, [&](const HistoryStep<D>& step, const typename D::Model& model) {
        return samples.at(index++) ? visit(step, model) : holds();
    });
}

} // namespace evenfold::testing
