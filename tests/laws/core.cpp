#include "evenfold/tests/laws/core.hpp"

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/faulty.hpp"

namespace evenfold::orchestration::tests {

Decision Core::decide(const Command& asked, const Model& model) {
    Decision right = Orchestration::decide(asked, model);
    return planted == Fault::none ? right : faulty_decision(asked, model, std::move(right));
}

Model Core::project(Model model, const Event& event) {
    if (planted == Fault::none) return Orchestration::project(std::move(model), event);
    const Model before = model;
    return faulty_projection(before, event, Orchestration::project(std::move(model), event));
}

std::vector<Effect> Core::outstanding(const Model& model) {
    std::vector<Effect> right = Orchestration::outstanding(model);
    return planted == Fault::none ? right : faulty_effects(model, std::move(right));
}

} // namespace evenfold::orchestration::tests

namespace evenfold {
template const testing::AnyTestable& testing::any_testable<orchestration::tests::Core>();
} // namespace evenfold
