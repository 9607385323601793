#include "evenfold/testing/engine/any_testable.hpp"

#include <algorithm>

namespace evenfold::testing {

AnyAnswer answer_of(const AnyDecision& decision) {
    return {.error = decision.error(),
            .count = decision.count(),
            .decision = &decision,
            .event_at = [](const void* object, std::size_t index) {
                return static_cast<const AnyDecision*>(object)->event(index);
            }};
}

std::size_t AnyHistory::count() const {
    std::size_t events = 0;
    for (std::size_t at = 0; at < size(); ++at) events += step(at).answer.count;
    return events;
}

std::vector<const void*> AnyHistory::events() const {
    std::vector<const void*> all;
    for (std::size_t at = 0; at < size(); ++at) {
        const AnyAnswer answer = step(at).answer;
        for (std::size_t index = 0; index < answer.count; ++index) all.push_back(answer.event(index));
    }
    return all;
}

bool equal(const AnyTestable& domain, const AnyAnswer& a, const AnyAnswer& b) {
    if (a.error || b.error) return a.error && b.error && domain.error_type().equal(a.error, b.error);
    if (a.count != b.count) return false;
    for (std::size_t index = 0; index < a.count; ++index) {
        if (!domain.event_type().equal(a.event(index), b.event(index))) return false;
    }
    return true;
}

void fold(const AnyTestable& domain, void* model, const AnyAnswer& answer) {
    for (std::size_t index = 0; index < answer.count; ++index) domain.project(model, answer.event(index));
}

Verdict have_own_ids(std::vector<Uuid> ids) {
    std::ranges::sort(ids);
    const bool are_distinct = std::ranges::adjacent_find(ids) == ids.end();
    return are_distinct ? Verdict{} : Verdict{.holds = false, .reason = "two effects have one id"};
}

} // namespace evenfold::testing
