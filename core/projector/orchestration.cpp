#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {
namespace {

void on(State&, const Unknown&) {} // kept in the journal, ignored by the fold

} // namespace

Model project(Model model, const Event& event) {
    std::visit([&state = *model](const auto& alternative) { on(state, alternative); }, event);
    return model;
}

} // namespace evenfold::orchestration
