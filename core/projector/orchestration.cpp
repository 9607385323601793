#include "evenfold/core/projector/orchestration.hpp"

#include "evenfold/core/projector/orchestration/reply.hpp"

namespace evenfold::orchestration {
namespace {

void on(State&, const Unknown&) {} // kept in the journal, ignored by the fold

} // namespace

/// Changes the model in place. Nine in ten events append to a text that is open.
[[gnu::always_inline]] inline void apply(State& state, const Event& event) {
    const auto* text = std::get_if<TextAppended>(&event);
    if (text && append_to_open(state, BlockKind::text, *text)) return;
    std::visit([&state](const auto& alternative) { on(state, alternative); }, event);
}

Model project(Model model, const Event& event) {
    apply(*model, event);
    return model;
}

Model fold(Model model, std::span<const Event> events) {
    State& state = *model;
    for (const Event& event : events) apply(state, event);
    return model;
}

} // namespace evenfold::orchestration
