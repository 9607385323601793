#include "evenfold/testing/engine/any_law.hpp"

#include <fmt/format.h>

#include "evenfold/testing/code.hpp"
#include "evenfold/testing/engine/crash_reporter.hpp"

namespace evenfold::testing {

Verdict equal(std::string_view what, const AnyType& type, const void* expected, const void* got) {
    if (type.equal(expected, got)) return holds();
    return breaks(std::string(what) + '\n' + differences(type.shape(), expected, got));
}

Verdict each_step(const AnyHistory& history, const VisitStep& visit) {
    const AnyTestable& domain = history.domain();
    const AnyPointer model = domain.model_type().make();
    for (std::size_t index = 0; index < history.size(); ++index) {
        const AnyHistoryStep step = history.step(index);
        const ReportedInput now(domain.command_shape(), step.command);
        if (Verdict verdict = visit(step, model.get()); !verdict) {
            verdict.reason = fmt::format("at command {} ({}): {}", index + 1, code_of_command(domain, step.command),
                                         verdict.message());
            return verdict;
        }
        fold(domain, model.get(), step.decision);
    }
    return holds();
}

Verdict each_sampled_step(const AnyHistory& history, const VisitStep& visit) {
    const AnySampledSteps sample(history);
    std::size_t index = 0;
    return each_step(history, [&](const AnyHistoryStep& step, const void* model) {
        return sample.at(index++) ? visit(step, model) : holds();
    });
}

std::string code_of_command(const AnyTestable& domain, const void* command) {
    return code_of(domain.command_type().shape(), command);
}

std::string code_of_event(const AnyTestable& domain, const void* event) {
    return code_of(domain.event_type().shape(), event);
}

} // namespace evenfold::testing
