#include "evenfold/tests/support/random_commands.hpp"

#include <vector>

#include "evenfold/testing/choices.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/by_shape.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {
using testing::ChoiceSource;

std::string small_word(ChoiceSource& source, char letter) {
    return {letter, static_cast<char>('1' + source.below(4))};
}

ProviderEvent make_provider_event(ChoiceSource& source) {
    const std::optional<std::string> parent = source.chance(15) ? std::optional(small_word(source, 'c')) : std::nullopt;
    const std::vector<std::string> texts{"", "a", "word ", "\xc3", "\xa9", "\xff"};
    const std::vector<RequestKind> kinds{a_tool(), a_question()};
    switch (source.below(18)) {
    case 0:
    case 1:
    case 2: return says(source.one_of(texts), parent);
    case 3:
    case 4: return thinks(source.one_of(texts), source.chance(20) ? std::optional("sig") : std::nullopt, parent);
    case 5:
    case 6: return calls(small_word(source, 'c'));
    case 7:
    case 8: return returns(small_word(source, 'c'), "out", source.chance(30));
    case 9:
    case 10: return asks(small_word(source, 'r'), small_word(source, 'c'), source.one_of(kinds));
    case 11: return resolved(small_word(source, 'r'));
    case 12: return provider::UsageReport{tokens(source.below(9))};
    case 13: return errs(source.chance(30));
    case 14: return source.chance(50) ? completes() : stops();
    case 15: return begins_message(small_word(source, 'm'), parent);
    case 16: return discards(small_word(source, 'm'));
    default: return provider::Notice{.level = NoticeLevel::info, .text = "by the way"};
    }
}

/// Generates one command for one model.
class Pick {
public:
    Pick(std::uint32_t seed, const Model& model) : random_(seed), index_(model->index) {}

    Command any() {
        switch (draw_.below(10)) {
        case 0: return of_places();
        case 1:
        case 2: return of_turns();
        case 3:
        case 4:
        case 5: return of_providers();
        case 6: return of_sessions();
        case 7: return of_checkpoints();
        case 8: return of_reactors();
        default: return of_reverts_and_commits();
        }
    }

private:
    Command of_places() {
        switch (draw_.below(11)) {
        case 0:
        case 1:
            return create_project(fresh<ProjectId>(),
                                  draw_.chance(30) ? "/home/ada/one" : "/home/ada/" + std::to_string(draw_.below(4)));
        case 2:
            return UpdateProject{.project = project(),
                                 .title = "T" + std::to_string(draw_.below(3)),
                                 .root = draw_.chance(50) ? std::optional("/home/ada/" + std::to_string(draw_.below(4)))
                                                          : std::nullopt,
                                 .default_model = {}};
        case 3: return DeleteProject{.project = project(), .force = draw_.chance(30)};
        case 4:
        case 5:
            return create_thread(fresh<ThreadId>(), project(),
                                 draw_.chance(40) ? WorkspaceChoice(NewWorktree{.base_ref = "main", .name = "w"})
                                                  : WorkspaceChoice(Root{}));
        case 6:
            return UpdateThread{.thread = thread(),
                                .title = "T" + std::to_string(draw_.below(3)),
                                .model = "m" + std::to_string(draw_.below(2)),
                                .policy = static_cast<Policy>(draw_.below(3)),
                                .mode = {},
                                .expected_version =
                                    draw_.chance(30) ? std::optional<std::uint64_t>(draw_.below(30)) : std::nullopt};
        case 7: return ArchiveThread{thread()};
        case 8:
        case 9: return UnarchiveThread{thread()};
        default: return DeleteThread{.thread = thread(), .force = draw_.chance(40)};
        }
    }

    Command of_turns() {
        switch (draw_.below(11)) {
        case 0:
        case 1:
        case 2:
        case 3: {
            StartTurn ask = start_turn(fresh<TurnId>(), thread(), draw_.chance(50) ? OnBusy::enqueue : OnBusy::reject);
            ask.message = fresh<MessageId>();
            return ask;
        }
        case 4: return CancelQueuedTurn{any_turn()};
        case 5:
        case 6: return ResumeQueue{thread()};
        case 7: return InterruptTurn{turn()};
        case 8: return force_stop(turn());
        default: {
            const std::vector<ApprovalDecision> decisions{Allow{}, Deny{.feedback = {}}, Answer{{"this"}}};
            return RespondApproval{.request = pending_request(), .decision = draw_.one_of(decisions)};
        }
        }
    }

    Command of_providers() {
        const TurnId id = turn();
        const Turn* found = index_.find(id);
        const Thread* in = found ? index_.find(found->thread) : nullptr;
        std::uint64_t seq = found ? found->last_seq + 1 : 1;
        if (draw_.chance(10))
            seq += draw_.below(4);
        else if (draw_.chance(10))
            seq -= 1;
        const std::uint64_t epoch = in && draw_.chance(95) ? in->last_epoch : draw_.below(4);
        return ingest(seq, make_provider_event(draw_), id, epoch);
    }

    Command of_sessions() {
        const ThreadId id = thread();
        const Thread* found = index_.find(id);
        const std::uint64_t epoch = found ? found->last_epoch : 0;
        switch (draw_.below(14)) {
        case 0:
        case 1:
        case 2:
        case 3: return bind_session(epoch + (draw_.chance(90) ? 1 : 0), id);
        case 4: return lose_session(draw_.chance(90) ? epoch : epoch + 1, id);
        case 5:
        case 6:
        case 7: return confirm(turn(), draw_.chance(60) ? std::optional(small_word(draw_, 'p')) : std::nullopt);
        case 8: return FailTurnDispatch{.turn = turn(), .reason = "no such program"};
        case 13: return ContinueTurn{any_turn()};
        case 9:
            return Reconcile{draw_.chance(50) ? std::vector{LiveSession{.thread = id, .epoch = epoch}}
                                              : std::vector<LiveSession>{}};
        case 10:
        case 11: return FailAnswerDelivery{.request = request(), .reason = "closed"};
        default: return ConfirmAnswerDelivered{request()};
        }
    }

    Command of_checkpoints() {
        const CheckpointId id = checkpoint();
        switch (draw_.below(6)) {
        case 0: return CreateCheckpoint{.checkpoint = fresh<CheckpointId>(), .thread = thread(), .label = {}};
        case 1: return FailCheckpoint{.checkpoint = id, .reason = "disk full"};
        default: {
            AssignCheckpointRef ask = assign_ref(id);
            if (draw_.chance(20)) ask.git_ref += "-2";
            return ask;
        }
        }
    }

    /// Returns a command of a reactor, most often for a pending effect.
    Command of_reactors() {
        const auto pending = index_.pending_checkpoints.sorted();
        if (!pending.empty() && draw_.chance(60)) return assign_ref(draw_.one_of(pending));
        const auto garbage = index_.garbage.sorted();
        if (!garbage.empty() && draw_.chance(60)) return ReleaseResource{draw_.one_of(garbage)->resource};
        const auto worktrees = index_.pending_worktrees.sorted();
        const ThreadId id = worktrees.empty() ? thread() : draw_.one_of(worktrees);
        if (draw_.chance(30)) return FailWorktree{.thread = id, .reason = "disk full"};
        return AssignWorktree{
            .thread = id, .path = "/home/ada/trees/" + to_text(id), .branch = "b" + std::to_string(draw_.below(2))};
    }

    std::optional<CheckpointRef> rescue(const RevertId& id) {
        const CheckpointRef ref{.git_ref = "refs/evenfold/" + to_text(rescue_of(id)), .files = {"a.txt"}};
        return draw_.chance(30) ? std::nullopt : std::optional(ref);
    }

    Command of_reverts_and_commits() {
        const auto reverts = index_.reverts.sorted();
        const Revert* revert = reverts.empty() ? nullptr : draw_.one_of(reverts);
        const RevertId id = revert ? revert->id : pool<RevertId>();
        if (revert && draw_.chance(30)) {
            const auto next = static_cast<unsigned>(revert->stage) + 1;
            if (next > static_cast<unsigned>(RevertStage::files_restored)) return CompleteRevert{id};
            return AdvanceRevert{.revert = id, .stage = static_cast<RevertStage>(next), .rescue = rescue(id)};
        }
        const auto commits = index_.commits.sorted();
        const CommitId commit = commits.empty() ? pool<CommitId>() : draw_.one_of(commits)->id;
        switch (draw_.below(10)) {
        case 0:
        case 1: return RevertToCheckpoint{.revert = fresh<RevertId>(), .thread = thread(), .checkpoint = checkpoint()};
        case 2:
        case 3:
        case 4:
            return AdvanceRevert{.revert = id, .stage = static_cast<RevertStage>(draw_.below(4)), .rescue = rescue(id)};
        case 5: return CompleteRevert{id};
        case 6: return FailRevert{.revert = id, .reason = "conflict"};
        case 7:
            return RequestCommit{.commit = fresh<CommitId>(),
                                 .thread = thread(),
                                 .message = "m",
                                 .checkpoint = draw_.chance(50) ? std::optional(checkpoint()) : std::nullopt};
        case 8: return AssignCommitRef{.commit = commit, .sha = small_word(draw_, 's'), .branch = "main"};
        default: return FailCommit{.commit = commit, .reason = "nothing to commit"};
        }
    }

    template <class SomeId>
    SomeId pool() {
        return id<SomeId>(1 + static_cast<unsigned>(draw_.below(3)));
    }

    /// Returns an id that was never used, most often.
    template <class SomeId>
    SomeId fresh() {
        return draw_.chance(10) ? pool<SomeId>() : unused<SomeId>(index_);
    }

    ProjectId project() {
        const auto all = index_.projects.sorted();
        return all.empty() || draw_.chance(5) ? pool<ProjectId>() : draw_.one_of(all)->id;
    }
    ThreadId thread() {
        const auto all = index_.threads.sorted();
        return all.empty() || draw_.chance(5) ? pool<ThreadId>() : draw_.one_of(all)->id;
    }
    TurnId any_turn() {
        const auto all = index_.turns.sorted();
        return all.empty() || draw_.chance(5) ? pool<TurnId>() : draw_.one_of(all)->id;
    }
    TurnId turn() {
        const auto active = index_.active_turns.sorted();
        return active.empty() || draw_.chance(10) ? any_turn() : draw_.one_of(active);
    }
    RequestId request() {
        const auto answered = index_.answered_requests.sorted();
        if (!answered.empty() && draw_.chance(60)) return draw_.one_of(answered);
        const auto all = index_.requests.sorted();
        return all.empty() || draw_.chance(5) ? request_of(any_turn()) : draw_.one_of(all)->id;
    }
    RequestId pending_request() {
        std::vector<RequestId> pending;
        for (const Request* request : index_.requests.sorted()) {
            if (request->state == RequestState::pending) pending.push_back(request->id);
        }
        return pending.empty() || draw_.chance(10) ? request() : draw_.one_of(pending);
    }
    CheckpointId checkpoint() {
        const auto all = index_.checkpoints.sorted();
        return all.empty() || draw_.chance(5) ? pool<CheckpointId>() : draw_.one_of(all)->id;
    }

    testing::Random random_;
    ChoiceSource draw_{random_};
    const Index& index_;
};

/// Returns the alternatives of Command that no Pick makes, for many seeds over a model without entities and one with
/// garbage.
const std::vector<std::size_t>& without_maker() {
    static const std::vector<std::size_t> others = [] {
        std::vector<bool> made(std::variant_size_v<Command>);
        for (const Model& model : {Model{}, a_deleted_thread().model})
            for (std::uint32_t seed = 0; seed < 5000; ++seed) made[Pick(seed, model).any().index()] = true;
        std::vector<std::size_t> found;
        for (std::size_t alternative = 0; alternative < made.size(); ++alternative)
            if (!made[alternative]) found.push_back(alternative);
        return found;
    }();
    return others;
}

} // namespace

Command random_command(std::uint32_t seed, const Model& model) {
    if (!without_maker().empty()) {
        testing::Random random(seed);
        ChoiceSource source(random);
        if (source.chance(10)) return command_by_shape(source, source.one_of(without_maker()), model);
    }
    return Pick(seed, model).any();
}

ProviderEvent random_provider_event(std::uint32_t seed) {
    testing::Random random(seed);
    ChoiceSource source(random);
    return make_provider_event(source);
}

} // namespace evenfold::orchestration::tests
