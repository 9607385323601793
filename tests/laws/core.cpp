#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

Decision Core::decide(const Command& asked, const Model& model) {
    return Orchestration::decide(asked, model);
}

Model Core::project(Model model, const Event& event) {
    return Orchestration::project(std::move(model), event);
}

std::vector<Effect> Core::outstanding(const Model& model) {
    return Orchestration::outstanding(model);
}

} // namespace evenfold::orchestration::tests
