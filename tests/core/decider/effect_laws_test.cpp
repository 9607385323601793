#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/confirmations.hpp"
#include "evenfold/tests/support/law.hpp"
#include "evenfold/tests/support/random_commands.hpp"
#include "evenfold/tests/support/shown.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

using evenfold::tests::law;

bool is_due(const Model& model, const EffectId& id) {
    return std::ranges::any_of(outstanding(model), [&](const Effect& effect) { return effect.id == id; });
}

/// L34, and L36 for one effect: confirmed it is gone, confirmed again nothing changes.
void confirm_all(const Model& model, bool well) {
    for (const Effect& effect : outstanding(model)) {
        Model next = model;
        const auto commands = confirmations(effect, well);
        for (const Command& command : commands) {
            const Decision decision = decide(command, next);
            law(decision.has_value(), decision ? "" : shown(command) + " was refused");
            next = fold(std::move(next), *decision);
        }
        law(!is_due(next, effect.id));
        for (const Command& command : commands) {
            const Decision again = decide(command, next);
            law(!again || again->empty());
        }
    }
}

} // namespace

TEST_CASE("orchestration laws: L34, every effect is confirmed away, and a second confirmation changes nothing.") {
    CHECK(rc::check("random histories", [] {
        Model model;
        for (const std::uint32_t draw : *rc::gen::resize(200, rc::gen::arbitrary<std::vector<std::uint32_t>>())) {
            const Decision decision = decide(random_command(draw, model), model);
            if (decision) model = fold(std::move(model), *decision);
        }
        confirm_all(model, true);
        confirm_all(model, false);
    }));
}

} // namespace evenfold::orchestration::tests
