#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/core/domain.hpp"
#include "evenfold/tests/support/given.hpp"
#include "evenfold/tests/support/process_bound.hpp"
#include "evenfold/tests/support/shown.hpp"

namespace evenfold::orchestration::tests {
namespace {

using Effects = std::vector<Effect>;

static_assert(HasEffects<Orchestration> && HasPermissions<Orchestration> && HasStreams<Orchestration>);

std::string shown(const Effects& effects) {
    std::string lines;
    for (const Effect& effect : effects) lines += "\n  " + tests::shown(effect);
    return lines.empty() ? "nothing" : lines;
}

/// Checks that exactly these effects are outstanding, also after a rebuild from the log (L33, L35).
void due(const Story& story, const Effects& expected) {
    const Effects got = outstanding(story.model);
    CHECK_MESSAGE(got == expected, "expected " << shown(expected) << "\ngot " << shown(got));
    CHECK(outstanding(fold(Model{}, story.events)) == got);
}

template <class SomeId>
Effect effect(const SomeId& owner, std::string_view role, EffectBody body, std::string_view name = {}) {
    return {.id = derive<EffectTag>(owner, role, name), .body = std::move(body)};
}

Effect prepare() {
    return effect(
        the_thread, "prepare-worktree",
        PrepareWorktree{.thread = the_thread, .root = "/home/ada/engine", .base_ref = "main", .name = "notes"});
}
Effect capture(const CheckpointId& checkpoint) {
    return effect(checkpoint, "capture", CaptureCheckpoint{.checkpoint = checkpoint, .thread = the_thread});
}
Effect send(const TurnId& turn, const MessageId& message, std::optional<std::string> session, std::uint64_t next) {
    return effect(
        turn, "send",
        SendTurn{.turn = turn,
                 .thread = the_thread,
                 .message = message,
                 .settings = {.model = "model-1", .policy = Policy::approval_required, .mode = Mode::default_},
                 .session_ref = std::move(session),
                 .next_epoch = next});
}
Effect run(RevertStage stage) {
    return effect(the_revert, "revert",
                  RunRevert{.revert = the_revert, .thread = the_thread, .target = end_of(first_turn), .stage = stage},
                  std::to_string(static_cast<unsigned>(stage)));
}

} // namespace

TEST_CASE("Effects: an idle thread has none.") {
    for (const Story& story :
         {nothing(), a_project(), a_thread(), a_thread_with_a_completed_turn(), a_held_thread(), an_archived_thread(),
          a_thread_with_a_running_turn(), a_thread_with_a_pending_request()}) {
        due(story, {});
    }
}

TEST_CASE("Effects: PrepareWorktree is outstanding until the worktree is assigned or has failed.") {
    const Story story = a_thread_with_a_pending_worktree();
    due(story, {prepare()});
    due(story.and_then(assign_worktree()), {});
    due(story.and_then(FailWorktree{.thread = the_thread, .reason = "disk full"}), {});
    due(story.and_then(DeleteThread{.thread = the_thread, .force = false}), {});
}

TEST_CASE("Effects: CaptureCheckpoint is outstanding until the ref is assigned or has failed; the turn waits for it.") {
    const Story story = a_thread().and_then(start_turn(first_turn));
    const CheckpointId baseline = baseline_of(the_thread);
    due(story, {capture(baseline)});
    due(story.and_then(assign_ref(baseline)), {send(first_turn, first_message, {}, 1)});
    due(story.and_then(FailCheckpoint{.checkpoint = baseline, .reason = "not a repository"}),
        {send(first_turn, first_message, {}, 1)});
}

TEST_CASE("Effects: nothing is captured or sent before the worktree exists.") {
    const Story story = a_thread_with_a_pending_worktree().and_then(start_turn(first_turn));
    due(story, {prepare()});
    const Story placed = story.and_then(assign_worktree());
    due(placed, {capture(baseline_of(the_thread))});
    due(placed.and_then(assign_ref(baseline_of(the_thread))), {send(first_turn, first_message, {}, 1)});
    due(story.and_then(FailWorktree{.thread = the_thread, .reason = "disk full"}), {capture(baseline_of(the_thread))});
}

TEST_CASE("Effects: SendTurn names the bound session and the next epoch, until dispatch, failure or the end.") {
    const Story story = a_thread_with_a_starting_turn();
    const Story bound = story.and_then(bind_session());
    due(bound, {send(first_turn, first_message, "session-1", 2)});
    due(bound.and_then(confirm()), {});
    due(bound.and_then(ingest(1, says("Hi"))), {});
    due(story.and_then(FailTurnDispatch{.turn = first_turn, .reason = "no such program"}), {});
    due(story.and_then(force_stop()), {});
    due(story.and_then(Reconcile{{}}), {});
}

TEST_CASE("Effects: the capture of a turn comes before the start of the next.") {
    const Story story = a_thread_with_a_queued_turn().and_then(ingest(1, completes()));
    REQUIRE(story.at(second_turn).state == TurnState::starting);
    due(story, {capture(end_of(first_turn))});
    due(story.and_then(assign_ref(end_of(first_turn))), {send(second_turn, second_message, "session-1", 2)});
}

TEST_CASE("Effects: SendTurn carries the settings that the turn froze.") {
    const Story changed = a_thread_with_a_starting_turn().and_then(UpdateThread{
        .thread = the_thread, .title = {}, .model = "model-2", .policy = {}, .mode = {}, .expected_version = {}});
    due(changed, {send(first_turn, first_message, {}, 1)});
}

TEST_CASE("Effects: InterruptProvider is outstanding until the turn ends.") {
    const Story story = a_thread_with_an_interrupting_turn();
    const Effect interrupt = effect(first_turn, "interrupt",
                                    InterruptProvider{.turn = first_turn,
                                                      .thread = the_thread,
                                                      .provider_ref = Assigned<CompactString>{"provider-turn-1"}});
    due(story, {interrupt});
    due(story.and_then(ingest(1, says("late"))), {interrupt});
    due(story.and_then(ingest(1, stops())), {capture(end_of(first_turn))});
    due(story.and_then(force_stop()), {capture(end_of(first_turn))});
    const Story unsent = a_thread_with_a_starting_turn().and_then(InterruptTurn{first_turn});
    due(unsent, {effect(first_turn, "interrupt",
                        InterruptProvider{.turn = first_turn, .thread = the_thread, .provider_ref = Pending{}})});
}

TEST_CASE("Effects: DeliverAnswer is outstanding until it is delivered, has failed or is resolved elsewhere.") {
    const Story story = a_thread_with_an_answered_request();
    const RequestId request = request_of(first_turn);
    due(story,
        {effect(request, "deliver",
                DeliverAnswer{.request = request, .thread = the_thread, .provider_id = "r1", .decision = Allow{}})});
    due(story.and_then(ConfirmAnswerDelivered{request}), {});
    due(story.and_then(FailAnswerDelivery{.request = request, .reason = "closed"}), {});
    due(story.and_then(ingest(3, resolved())), {});
    due(story.and_then(ingest(3, returns("c1"))), {});
    due(story.and_then(force_stop()), {capture(end_of(first_turn))});
}

TEST_CASE("Effects: RunRevert is outstanding, one effect per stage, until the revert has completed or failed.") {
    using enum RevertStage;
    for (const RevertStage stage : {requested, rescue_taken, conversation_rolled_back, files_restored}) {
        due(a_reverting_thread(stage), {run(stage)});
        due(a_reverting_thread(stage).and_then(FailRevert{.revert = the_revert, .reason = "conflict"}), {});
    }
    CHECK(run(requested).id != run(rescue_taken).id);
    const Story done = a_reverting_thread(files_restored).and_then(CompleteRevert{the_revert});
    due(done, {});
    const Story released = done.and_then(ReleaseCheckpoint{end_of(second_turn)});
    const auto ref = assign_ref(end_of(second_turn));
    const GitRefResource left{
        .thread = the_thread, .root = "/home/ada/engine", .checkpoint = ref.checkpoint, .git_ref = ref.git_ref};
    due(released, {effect(id_of(left), "release", Release{left})});
    due(released.and_then(ReleaseResource{left}), {});
}

TEST_CASE("Effects: MakeCommit is outstanding until the commit has its ref or has failed.") {
    const Story story = a_thread_with_a_pending_commit();
    due(story, {effect(the_commit, "commit",
                       MakeCommit{.commit = the_commit, .thread = the_thread, .message = "Notes", .checkpoint = {}})});
    due(story.and_then(AssignCommitRef{.commit = the_commit, .sha = "0123", .branch = "main"}), {});
    due(story.and_then(FailCommit{.commit = the_commit, .reason = "nothing to commit"}), {});
}

TEST_CASE("Effects: a revert waits for a commit that was requested before it.") {
    const Story both =
        a_thread_with_two_completed_turns().and_then(request_commit()).and_then(revert_to(end_of(first_turn)));
    const Effects first = outstanding(both.model);
    REQUIRE(first.size() == 1);
    CHECK(std::holds_alternative<MakeCommit>(first.front().body));
    const Effects then = outstanding(both.and_then(FailCommit{.commit = the_commit, .reason = "no"}).model);
    REQUIRE(then.size() == 1);
    CHECK(std::holds_alternative<RunRevert>(then.front().body));
}

TEST_CASE("Effects: Release covers all resources of a deleted thread, the session before its worktree.") {
    Story story = a_thread_with_a_pending_worktree()
                      .and_then(assign_worktree())
                      .and_then(start_turn(first_turn))
                      .and_then(assign_ref(baseline_of(the_thread)))
                      .and_then(bind_session())
                      .and_then(DeleteProject{.project = the_project, .force = true});
    std::vector<Resource> released;
    for (Effects due = outstanding(story.model); !due.empty(); due = outstanding(story.model)) {
        CHECK_FALSE(is_process_bound(due.front()));
        released.push_back(std::get<Release>(due.front().body).resource);
        story = story.and_then(ReleaseResource{released.back()});
    }
    REQUIRE(released.size() == 3);
    const auto place_of = [&](std::size_t kind) { return std::ranges::find(released, kind, &Resource::index); };
    CHECK(place_of(0) != released.end());
    CHECK(place_of(2) < place_of(1)); // the session, the worktree
    CHECK(story.index().garbage.empty());
}

TEST_CASE("orchestration law L22: reconciliation leaves no turn bound to a dead process, and happens once.") {
    for (const Story& story : {a_thread_with_a_starting_turn(), a_thread_with_a_running_turn(),
                               a_thread_with_a_pending_request(), a_thread_with_an_answered_request(),
                               a_thread_with_an_interrupting_turn(), a_thread_with_a_queued_turn(), a_held_thread()}) {
        const Story once = story.and_then(Reconcile{{}});
        CHECK(std::ranges::none_of(outstanding(once.model), is_process_bound));
        for (const Request* request : once.index().requests.sorted()) CHECK(request->state == RequestState::expired);
        given(once).when(Reconcile{{}}).then_nothing();
    }
}

TEST_CASE("orchestration law L35: a crash loses the effects of lost sessions, and no others.") {
    const Story story =
        a_thread_with_a_queued_turn()
            .and_then(create_thread(other_thread, the_project, NewWorktree{.base_ref = "m", .name = "n"}))
            .and_then(InterruptTurn{first_turn});
    const Effects before = outstanding(story.model);
    Effects after = outstanding(fold(fold(Model{}, story.events), *decide(Reconcile{{}}, story.model)));
    std::erase(after, capture(end_of(first_turn))); // due for the turn that the crash ended
    Effects expected = before;
    std::erase_if(expected, is_process_bound);
    CHECK(before.size() == 2);
    CHECK(after == expected);
}

} // namespace evenfold::orchestration::tests
