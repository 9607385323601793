#include "evenfold/testing/engine/any_testable.hpp"

#include <algorithm>

#include "evenfold/testing/engine/crash_reporter.hpp"

namespace evenfold::testing {

DecisionView decision_view(const AnyDecision& decision) {
    return {.error = decision.error(),
            .count = decision.count(),
            .decision = &decision,
            .event_at = [](const void* object, std::size_t index) {
                return static_cast<const AnyDecision*>(object)->event(index);
            }};
}

std::size_t AnyHistory::count() const {
    std::size_t events = 0;
    for (std::size_t at = 0; at < size(); ++at) events += step(at).decision.count;
    return events;
}

std::vector<const void*> AnyHistory::events() const {
    std::vector<const void*> all;
    for (std::size_t at = 0; at < size(); ++at) {
        const DecisionView decision = step(at).decision;
        for (std::size_t index = 0; index < decision.count; ++index) all.push_back(decision.event(index));
    }
    return all;
}

bool equal(const AnyTestable& domain, const DecisionView& a, const DecisionView& b) {
    if (a.error || b.error) return a.error && b.error && domain.error_type().equal(a.error, b.error);
    if (a.count != b.count) return false;
    for (std::size_t index = 0; index < a.count; ++index) {
        if (!domain.event_type().equal(a.event(index), b.event(index))) return false;
    }
    return true;
}

void fold(const AnyTestable& domain, void* model, const DecisionView& decision) {
    for (std::size_t index = 0; index < decision.count; ++index) {
        const ReportedInput now(domain.event_shape(), decision.event(index));
        domain.project(model, decision.event(index));
    }
}

Verdict have_distinct_ids(std::vector<Uuid> ids) {
    std::ranges::sort(ids);
    const bool are_distinct = std::ranges::adjacent_find(ids) == ids.end();
    return are_distinct ? Verdict{} : Verdict{.holds = false, .reason = "two effects have the same id"};
}

} // namespace evenfold::testing
