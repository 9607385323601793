#include "evenfold/tests/laws/suite/look.hpp"

#include <algorithm>
#include <iterator>

#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration::tests {

CoreLaws all_of(std::string_view name, std::string_view says, CoreLaws parts) {
    for (CoreLaw& one : parts) {
        one.name = name;
        one.says = says;
    }
    return parts;
}

CoreLaws section(std::vector<CoreLaws> laws) {
    CoreLaws all;
    for (CoreLaws& one : laws) std::ranges::move(one, std::back_inserter(all));
    return all;
}

CoreLaw part(std::function<Verdict(const CoreHistory&)> check) {
    return {"part", "", std::move(check)};
}

CoreLaw structural(std::string_view name, std::string_view says) {
    return {name, says, [name](const CoreHistory& history) {
                for (const Invariant& invariant : invariants()) {
                    if (invariant.law != name) continue;
                    const Verdict verdict =
                        each_model(history, [&](const Model& model) { return first_of(invariant.look(model)); });
                    if (!verdict) return verdict;
                }
                for (const StepInvariant& invariant : step_invariants()) {
                    if (invariant.law != name) continue;
                    const Verdict verdict =
                        each_change(history, [&](const Model& before, const CoreStep&, const Model& after) {
                            return first_of(invariant.look(before, after));
                        });
                    if (!verdict) return verdict;
                }
                return holds();
            }};
}

Model fold(Model model, const Events& events) {
    for (const Event& event : events) model = Core::project(std::move(model), event);
    return model;
}

std::optional<Model> accepted(const Model& model, const Command& asked) {
    const Decision decision = Core::decide(asked, model);
    if (!decision) return std::nullopt;
    return fold(model, *decision);
}

Verdict first_of(const Violations& found) {
    return found.empty() ? holds() : breaks(found.front());
}

} // namespace evenfold::orchestration::tests
