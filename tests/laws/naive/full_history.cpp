#include "evenfold/tests/laws/naive/full_history.hpp"

#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

using Commands = std::vector<Command>;

ThreadId thread(unsigned number) {
    return id<ThreadId>(number);
}
/// Returns the id of a turn. The turns of thread 1 are 10 to 19, and so on.
TurnId turn(unsigned number) {
    return id<TurnId>(number);
}

Usage with_cost() {
    Usage usage = tokens(7);
    usage.cost_usd_micros = 120;
    return usage;
}

void append(Commands& all, const Commands& more) {
    all.insert(all.end(), more.begin(), more.end());
}

/// Adds a turn that has output and completes.
void complete(Commands& all, const ThreadId& in, const TurnId& id) {
    append(all, {start_turn(id, in), ingest(1, says("Done."), id), ingest(2, completes(with_cost()), id),
                 assign_ref(end_of(id))});
}

void begin(Commands& all, const ThreadId& in, const WorkspaceChoice& workspace = Root{}) {
    append(all, {create_thread(in, the_project, workspace), bind_session(1, in)});
}

/// Adds everything that a turn can show, in thread 1, with another turn in the queue.
void at_work(Commands& all) {
    begin(all, thread(1));
    append(all, {start_turn(turn(10), thread(1)), assign_ref(baseline_of(thread(1))), confirm(turn(10))});
    std::uint64_t seq = 0;
    const RequestKind question = Question{{QuestionItem{.text = "Which?", .options = {"this"}}}};
    const std::vector<ProviderEvent> told{
        provider::MessageStarted{.message_id = "m0",
                                 .agent = "claude",
                                 .session = "s",
                                 .model = "model-1",
                                 .sent_at = "2026-01-01T00:00:00Z",
                                 .parent = {}},
        says("taken back"),
        provider::MessageDiscarded{.message_id = "m0"},
        provider::MessageStarted{
            .message_id = "m1", .agent = "claude", .session = "s", .model = {}, .sent_at = {}, .parent = "c9"},
        thinks("hm", "signed"),
        thinks("and so", {}, "c9"),
        says("a \xff"),
        says("b"),
        says("aside", "c9"),
        calls("c1"),
        provider::ToolCall{
            .call_id = "c2", .name = "web", .input = "{\"q\":1}", .parent = "c1", .run_by_provider = true},
        calls("c3"),
        returns("c1", "out", true),
        asks("r1", "c2"),
        asks("r2", "c3"),
        asks("r3", {}, question),
        asks("r4"),
        provider::ApprovalResolved{.request_id = "r4", .decision = Allow{}},
        asks("r5", "c2"),
        resolved("r5"),
        provider::UsageReport{with_cost()},
        provider::Notice{.level = NoticeLevel::warning, .text = "slow"},
        says("open"),
    };
    for (const ProviderEvent& event : told) all.emplace_back(ingest(++seq, event, turn(10)));
    append(all, {RespondApproval{.request = request_of(turn(10), "r2"), .decision = Deny{.feedback = "no"}},
                 RespondApproval{.request = request_of(turn(10), "r3"), .decision = Answer{{"this"}}},
                 start_turn(turn(11), thread(1), OnBusy::enqueue)});
}

/// Adds thread 2, which waits for its worktree, and thread 3, which has one and is held after a stopped turn.
void places(Commands& all) {
    all.emplace_back(create_thread(thread(2), the_project, NewWorktree{.base_ref = "main", .name = "two"}));
    begin(all, thread(3), NewWorktree{.base_ref = "main", .name = "three"});
    append(all, {AssignWorktree{.thread = thread(3), .path = "/home/ada/trees/3", .branch = "b3"},
                 start_turn(turn(30), thread(3)), assign_ref(baseline_of(thread(3))), confirm(turn(30)),
                 start_turn(turn(31), thread(3), OnBusy::enqueue), start_turn(turn(32), thread(3), OnBusy::enqueue),
                 force_stop(turn(30))});
}

/// Adds thread 4, which reverts for a second time, and thread 5, which has a commit and is archived.
void ends(Commands& all) {
    begin(all, thread(4));
    append(all, {start_turn(turn(40), thread(4)), assign_ref(baseline_of(thread(4)))});
    append(all, {ingest(1, completes(), turn(40)), assign_ref(end_of(turn(40)))});
    for (const unsigned number : {41U, 42U}) {
        complete(all, thread(4), turn(number));
        const RevertId revert = id<RevertId>(number);
        all.emplace_back(RevertToCheckpoint{.revert = revert, .thread = thread(4), .checkpoint = end_of(turn(40))});
        all.emplace_back(AdvanceRevert{.revert = revert, .stage = RevertStage::rescue_taken, .rescue = {}});
        if (number == 42) break;
        all.emplace_back(AdvanceRevert{.revert = revert, .stage = RevertStage::conversation_rolled_back, .rescue = {}});
        all.emplace_back(AdvanceRevert{.revert = revert, .stage = RevertStage::files_restored, .rescue = {}});
        all.emplace_back(CompleteRevert{revert});
    }
    begin(all, thread(5));
    append(all,
           {CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = thread(5), .label = "before"},
            assign_ref(manual_checkpoint),
            RequestCommit{
                .commit = id<CommitId>(1), .thread = thread(5), .message = "Notes", .checkpoint = manual_checkpoint},
            RequestCommit{.commit = id<CommitId>(2), .thread = thread(5), .message = "More", .checkpoint = {}},
            AssignCommitRef{.commit = id<CommitId>(2), .sha = "abc", .branch = "main"}, ArchiveThread{thread(5)}});
}

/// Adds thread 6, which is deleted with all it has.
void garbage(Commands& all) {
    begin(all, thread(6), NewWorktree{.base_ref = "main", .name = "six"});
    append(all, {AssignWorktree{.thread = thread(6), .path = "/home/ada/trees/6", .branch = "b6"},
                 start_turn(turn(60), thread(6)), assign_ref(baseline_of(thread(6))),
                 DeleteThread{.thread = thread(6), .force = true}});
}

} // namespace

std::vector<Command> full_history() {
    Commands all{CreateProject{
        .project = the_project, .title = "Engine", .root = "/home/ada/engine", .default_model = "model-1"}};
    all.emplace_back(create_project(other_project, "/home/ada/other"));
    at_work(all);
    places(all);
    ends(all);
    garbage(all);
    return all;
}

} // namespace evenfold::orchestration::tests::naive
