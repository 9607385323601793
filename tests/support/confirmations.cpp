#include "evenfold/tests/support/confirmations.hpp"

namespace evenfold::orchestration::tests {
namespace {

struct Confirming {
    bool well;

    [[nodiscard]] std::vector<Command> on(const PrepareWorktree& due) const {
        if (well)
            return {AssignWorktree{
                .thread = due.thread, .path = "/home/ada/trees/" + to_text(due.thread), .branch = due.name}};
        return {FailWorktree{.thread = due.thread, .reason = "disk full"}};
    }
    [[nodiscard]] std::vector<Command> on(const CaptureCheckpoint& due) const {
        if (well)
            return {AssignCheckpointRef{.checkpoint = due.checkpoint,
                                        .git_ref = "refs/evenfold/" + to_text(due.checkpoint),
                                        .files = {"notes.txt"}}};
        return {FailCheckpoint{.checkpoint = due.checkpoint, .reason = "disk full"}};
    }
    [[nodiscard]] std::vector<Command> on(const RunRevert& due) const {
        if (!well) return {FailRevert{.revert = due.revert, .reason = "disk full"}};
        if (due.stage == RevertStage::files_restored) return {CompleteRevert{due.revert}};
        std::optional<CheckpointRef> rescue;
        if (due.stage == RevertStage::requested)
            rescue = {.git_ref = "refs/evenfold/" + to_text(rescue_of(due.revert)), .files = {"notes.txt"}};
        return {AdvanceRevert{.revert = due.revert,
                              .stage = static_cast<RevertStage>(static_cast<unsigned>(due.stage) + 1),
                              .rescue = std::move(rescue)}};
    }
    [[nodiscard]] std::vector<Command> on(const MakeCommit& due) const {
        if (well) return {AssignCommitRef{.commit = due.commit, .sha = "1f", .branch = "main"}};
        return {FailCommit{.commit = due.commit, .reason = "nothing to commit"}};
    }
    [[nodiscard]] std::vector<Command> on(const InterruptProvider& due) const {
        return {ForceStopTurn{.turn = due.turn, .reason = "it does not stop"}};
    }
    [[nodiscard]] std::vector<Command> on(const DeliverAnswer& due) const {
        if (well) return {ConfirmAnswerDelivered{due.request}};
        return {FailAnswerDelivery{.request = due.request, .reason = "closed"}};
    }
    [[nodiscard]] std::vector<Command> on(const SendTurn& due) const {
        if (!well) return {FailTurnDispatch{.turn = due.turn, .reason = "no such program"}};
        std::vector<Command> all;
        if (!due.session_ref)
            all.emplace_back(
                BindSession{.thread = due.thread, .epoch = due.next_epoch, .session_ref = "session", .folder = {}});
        all.emplace_back(ConfirmTurnDispatched{.turn = due.turn, .provider_turn_ref = "turn"});
        return all;
    }
    [[nodiscard]] std::vector<Command> on(const Release& due) const { return {ReleaseResource{due.resource}}; }
};

} // namespace

std::vector<Command> confirmations(const Effect& effect, bool well) {
    return std::visit([&](const auto& due) { return Confirming{well}.on(due); }, effect.body);
}

} // namespace evenfold::orchestration::tests
