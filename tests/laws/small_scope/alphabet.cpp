#include "evenfold/tests/laws/small_scope/alphabet.hpp"

#include <algorithm>
#include <array>

#include "evenfold/tests/laws/small_scope/by_shape.hpp"
#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

const RevertId no_revert = id<RevertId>(0xffff);

Kinds kinds_of(const std::vector<Letter>& letters) {
    Kinds all;
    for (const Letter& letter : letters) all.set(letter.asked.index());
    return all;
}

/// Writes all letters of a scope, in the order of the specification's rows.
class Writer {
public:
    explicit Writer(const Scope& scope) : scope_(scope), names_(scope) {}

    std::vector<Letter> all() {
        for (const ProjectId& project : names_.projects) of_project(project);
        for (const ThreadId& thread : names_.threads) of_thread(thread);
        for (const TurnId& turn : names_.turns) of_turn(turn);
        for (const RequestId& request : names_.requests) of_request(request);
        for (const CheckpointId& checkpoint : names_.checkpoints) of_checkpoint(checkpoint);
        for (const CommitId& commit : names_.commits) {
            add(AssignCommitRef{.commit = commit, .sha = "sha", .branch = "main"});
            add(FailCommit{.commit = commit, .reason = "failed"});
        }
        for (const std::uint64_t who : {0U, 1U, 2U}) add(Reconcile{}, who);
        if (scope_.without.none()) by_shape();
        return std::move(letters_);
    }

private:
    void add(Command asked, std::uint64_t distance = 0, const ThreadId& thread = {}, bool stale = false) {
        if (scope_.without.test(asked.index())) return;
        letters_.push_back(
            {.asked = std::move(asked), .distance = distance, .thread = thread, .stale = stale, .by_shape = false});
    }

    void by_shape() {
        const Kinds written = kinds_of(letters_);
        for (std::size_t kind = 0; kind < written.size(); ++kind) {
            if (written.test(kind)) continue;
            for (Command& asked : commands_by_shape(names_, kind))
                letters_.push_back(
                    {.asked = std::move(asked), .distance = 0, .thread = {}, .stale = false, .by_shape = true});
        }
    }

    void of_project(const ProjectId& project) {
        for (const std::string& root : scope_.roots) {
            add(CreateProject{.project = project, .title = "P", .root = root, .default_model = {}});
            add(UpdateProject{.project = project, .title = {}, .root = root, .default_model = {}});
        }
        for (const bool force : {false, true}) add(DeleteProject{.project = project, .force = force});
    }

    void of_thread(const ThreadId& thread) {
        for (const ProjectId& project : names_.projects) {
            for (const WorkspaceChoice& workspace : scope_.workspaces) add(create_thread(thread, project, workspace));
        }
        for (const std::uint64_t ahead : {0U, 1U}) {
            add(UpdateThread{.thread = thread,
                             .title = {},
                             .model = {},
                             .policy = Policy::full,
                             .mode = {},
                             .expected_version = 0},
                ahead);
        }
        add(ArchiveThread{thread});
        add(UnarchiveThread{thread});
        for (const bool force : {false, true}) add(DeleteThread{.thread = thread, .force = force});
        if (std::ranges::any_of(scope_.workspaces, [](const auto& choice) { return choice.index() > 0; })) {
            add(AssignWorktree{.thread = thread, .path = "/tree", .branch = "tree"});
            add(FailWorktree{.thread = thread, .reason = "failed"});
            add(ReleaseResource{WorktreeResource{.thread = thread, .root = {}, .path = {}, .branch = {}}});
        }
        add(ResumeQueue{thread});
        for (const std::uint64_t ahead : {0U, 1U}) {
            add(BindSession{.thread = thread, .epoch = 0, .session_ref = "session", .folder = {}}, ahead);
            add(LoseSession{.thread = thread, .epoch = 0, .reason = "lost"}, ahead);
        }
        add(BindSession{.thread = thread, .epoch = 0, .session_ref = "other", .folder = {}});
        add(ReleaseResource{SessionResource{.thread = thread, .epoch = 0, .session_ref = {}}});
        for (unsigned number = 1; number <= scope_.checkpoints; ++number)
            add(CreateCheckpoint{.checkpoint = id<CheckpointId>(number), .thread = thread, .label = {}});
        for (const CheckpointId& checkpoint : names_.checkpoints)
            add(RevertToCheckpoint{.revert = {}, .thread = thread, .checkpoint = checkpoint});
        for (const std::uint64_t stages : {0U, 1U, 2U})
            add(AdvanceRevert{.revert = {}, .stage = {}, .rescue = {}}, stages, thread);
        add(CompleteRevert{}, 0, thread);
        add(FailRevert{.revert = {}, .reason = "failed"}, 0, thread);
        for (const CommitId& commit : names_.commits) {
            add(RequestCommit{.commit = commit, .thread = thread, .message = "m", .checkpoint = {}});
            for (const CheckpointId& checkpoint : names_.checkpoints)
                add(RequestCommit{.commit = commit, .thread = thread, .message = "m", .checkpoint = checkpoint});
        }
    }

    void of_turn(const TurnId& turn) {
        for (const ThreadId& thread : names_.threads) {
            for (const OnBusy on_busy : {OnBusy::reject, OnBusy::enqueue}) add(start_turn(turn, thread, on_busy));
        }
        add(CancelQueuedTurn{turn});
        add(InterruptTurn{turn});
        add(force_stop(turn));
        add(ContinueTurn{turn});
        add(confirm(turn, {}));
        add(confirm(turn, "turn"));
        add(FailTurnDispatch{.turn = turn, .reason = "failed"});
        for (const ProviderEvent& event : scope_.provider_events) add(ingest(0, event, turn), 1);
        if (scope_.provider_events.empty()) return;
        add(ingest(0, scope_.provider_events.front(), turn), 0); // a repetition
        add(ingest(0, scope_.provider_events.front(), turn), 2); // one is missing
        add(ingest(0, scope_.provider_events.front(), turn), 1, {}, true);
    }

    void of_request(const RequestId& request) {
        for (const ApprovalDecision& decision : scope_.decisions)
            add(RespondApproval{.request = request, .decision = decision});
        add(ConfirmAnswerDelivered{request});
        add(FailAnswerDelivery{.request = request, .reason = "failed"});
    }

    void of_checkpoint(const CheckpointId& checkpoint) {
        add(AssignCheckpointRef{.checkpoint = checkpoint, .git_ref = "ref", .files = {}});
        add(FailCheckpoint{.checkpoint = checkpoint, .reason = "failed"});
        add(ReleaseCheckpoint{checkpoint});
        add(ReleaseResource{GitRefResource{.thread = {}, .root = {}, .checkpoint = checkpoint, .git_ref = {}}});
    }

    const Scope& scope_;
    Names names_;
    std::vector<Letter> letters_;
};

// Adjusting: each kind of command that has relative parts or may come too early. Returns `false` if it is too early.

template <class SomeId>
bool used(const Index& index, const SomeId& id) {
    return index.retired.contains(id.uuid) || index.find(id);
}

/// Returns whether the id before `id` is used, now or formerly; true for the first id.
template <class SomeId>
bool in_order(const Index& index, SomeId id) {
    if (--id.uuid.bytes[15] == 0) return true;
    return used(index, id);
}

std::uint64_t last_epoch(const Index& index, const ThreadId& id) {
    const Thread* thread = index.find(id);
    return thread ? thread->last_epoch : 0;
}

RevertId revert_of(const Index& index, const ThreadId& id) {
    const Thread* thread = index.find(id);
    return thread ? thread->revert.value_or(no_revert) : no_revert;
}

bool same_owner(const GitRefResource& a, const GitRefResource& b) {
    return a.checkpoint == b.checkpoint;
}
template <class Held>
bool same_owner(const Held& a, const Held& b) {
    return a.thread == b.thread;
}

template <class Ask>
bool aim(Ask&, const Letter&, const Index&) {
    return true;
}
bool aim(CreateProject& ask, const Letter&, const Index& index) {
    return in_order(index, ask.project);
}
bool aim(CreateThread& ask, const Letter&, const Index& index) {
    return in_order(index, ask.thread);
}
bool aim(StartTurn& ask, const Letter&, const Index& index) {
    return in_order(index, ask.turn);
}
bool aim(CreateCheckpoint& ask, const Letter&, const Index& index) {
    return in_order(index, ask.checkpoint);
}
bool aim(RequestCommit& ask, const Letter&, const Index& index) {
    return in_order(index, ask.commit);
}
bool aim(UpdateThread& ask, const Letter& letter, const Index& index) {
    const Thread* thread = index.find(ask.thread);
    ask.expected_version = (thread ? thread->version : 0) + letter.distance;
    ask.policy = thread && thread->settings.policy == Policy::full ? Policy::auto_edit : Policy::full;
    return true;
}
bool aim(BindSession& ask, const Letter& letter, const Index& index) {
    ask.epoch = last_epoch(index, ask.thread) + letter.distance;
    return true;
}
bool aim(LoseSession& ask, const Letter& letter, const Index& index) {
    ask.epoch = last_epoch(index, ask.thread) + letter.distance;
    return true;
}
bool aim(IngestProviderEvent& ask, const Letter& letter, const Index& index) {
    const Turn* turn = index.find(ask.turn);
    ask.seq = (turn ? turn->last_seq : 0) + letter.distance;
    ask.epoch = (turn ? last_epoch(index, turn->thread) : 0) + (letter.stale ? 1 : 0);
    return true;
}
/// Sets all sessions alive, or none, or that of the first thread only.
bool aim(Reconcile& ask, const Letter& letter, const Index& index) {
    ask.live.clear();
    const auto threads = index.threads.sorted();
    for (const Thread* thread : threads) {
        if (letter.distance == 0 || (letter.distance == 2 && thread != threads.front())) continue;
        ask.live.push_back({.thread = thread->id, .epoch = thread->last_epoch + (thread->session ? 0 : 1)});
    }
    return true;
}
bool aim(RevertToCheckpoint& ask, const Letter&, const Index& index) {
    unsigned number = 1;
    while (used(index, id<RevertId>(number))) ++number;
    ask.revert = id<RevertId>(number);
    return true;
}
bool aim(AdvanceRevert& ask, const Letter& letter, const Index& index) {
    ask.revert = revert_of(index, letter.thread);
    const Revert* revert = index.find(ask.revert);
    const auto stage = (revert ? static_cast<std::uint64_t>(revert->stage) : 0) + letter.distance;
    ask.stage = static_cast<RevertStage>(stage);
    return stage <= static_cast<std::uint64_t>(RevertStage::files_restored);
}
bool aim(CompleteRevert& ask, const Letter& letter, const Index& index) {
    ask.revert = revert_of(index, letter.thread);
    return true;
}
bool aim(FailRevert& ask, const Letter& letter, const Index& index) {
    ask.revert = revert_of(index, letter.thread);
    return true;
}
bool aim(ReleaseResource& ask, const Letter&, const Index& index) {
    for (const GarbageEntry* entry : index.garbage.sorted()) {
        const bool found = std::visit(
            [&]<class Held>(const Held& held) {
                const Held* wanted = std::get_if<Held>(&ask.resource);
                return wanted && same_owner(held, *wanted);
            },
            entry->resource);
        if (found) ask.resource = entry->resource;
    }
    return true;
}

} // namespace

Alphabet::Alphabet(const Scope& scope) : letters_(Writer(scope).all()) {
    for (std::size_t place = 0; place < letters_.size(); ++place) {
        if (letters_[place].by_shape) by_shape_.push_back(place);
    }
}

Kinds Alphabet::kinds() const {
    return kinds_of(letters_);
}

const Command* Alphabet::aimed(std::size_t place, const Model& model) {
    Letter& letter = letters_[place];
    const bool now = std::visit([&](auto& ask) { return aim(ask, letter, model->index); }, letter.asked);
    return now ? &letter.asked : nullptr;
}

} // namespace evenfold::orchestration::tests::small_scope
