#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/law.hpp"
#include "evenfold/tests/support/random_commands.hpp"
#include "evenfold/tests/support/shown.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

using evenfold::tests::law;

/// The commands that confirm an effect, in order; two for each, where there are two ways to end it.
struct Confirmations {
    const Index& index;
    bool well;

    [[nodiscard]] std::vector<Command> on(const PrepareWorktree& due) const {
        if (well) return {AssignWorktree{.thread = due.thread, .path = "/home/ada/w", .branch = "b"}};
        return {FailWorktree{.thread = due.thread, .reason = "r"}};
    }
    [[nodiscard]] std::vector<Command> on(const CaptureCheckpoint& due) const {
        if (well) return {AssignCheckpointRef{.checkpoint = due.checkpoint, .git_ref = "refs/x", .files = {}}};
        return {FailCheckpoint{.checkpoint = due.checkpoint, .reason = "r"}};
    }
    [[nodiscard]] std::vector<Command> on(const RunRevert& due) const {
        if (!well) return {FailRevert{.revert = due.revert, .reason = "r"}};
        if (due.stage == RevertStage::files_restored) return {CompleteRevert{due.revert}};
        return {AdvanceRevert{.revert = due.revert,
                              .stage = static_cast<RevertStage>(static_cast<unsigned>(due.stage) + 1)}};
    }
    [[nodiscard]] std::vector<Command> on(const MakeCommit& due) const {
        if (well) return {AssignCommitRef{.commit = due.commit, .sha = "1", .branch = "b"}};
        return {FailCommit{.commit = due.commit, .reason = "r"}};
    }
    [[nodiscard]] std::vector<Command> on(const InterruptProvider& due) const {
        return {ForceStopTurn{.turn = due.turn, .reason = "r"}};
    }
    [[nodiscard]] std::vector<Command> on(const DeliverAnswer& due) const {
        if (well) return {ConfirmAnswerDelivered{due.request}};
        return {FailAnswerDelivery{.request = due.request, .reason = "r"}};
    }
    [[nodiscard]] std::vector<Command> on(const SendTurn& due) const {
        if (!well) return {FailTurnDispatch{.turn = due.turn, .reason = "r"}};
        std::vector<Command> all;
        if (!due.session_ref)
            all.emplace_back(BindSession{.thread = due.thread, .epoch = due.next_epoch, .session_ref = "s"});
        all.emplace_back(ConfirmTurnDispatched{.turn = due.turn, .provider_turn_ref = "p"});
        return all;
    }
    [[nodiscard]] std::vector<Command> on(const Release& due) const { return {ReleaseResource{due.resource}}; }
};

bool is_due(const Model& model, const EffectId& id) {
    return std::ranges::any_of(outstanding(model), [&](const Effect& effect) { return effect.id == id; });
}

/// L34, and L36 for one effect: confirmed it is gone, confirmed again nothing changes.
void confirm_all(const Model& model, bool well) {
    for (const Effect& effect : outstanding(model)) {
        Model next = model;
        const auto commands =
            std::visit([&](const auto& due) { return Confirmations{*model.index, well}.on(due); }, effect.body);
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
