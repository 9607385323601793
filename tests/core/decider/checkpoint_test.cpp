#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::CheckpointNotFound;
using rejection::CheckpointNotReady;
using rejection::EmptyField;
using rejection::SlotAlreadyResolved;
using rejection::TooLarge;

const rejection::ThreadNotFound no_thread{.thread = the_thread, .retired = false};
const rejection::ThreadNotFound retired_thread{.thread = the_thread, .retired = true};

CreateCheckpoint create(std::optional<std::string> label = {}) {
    return {.checkpoint = manual_checkpoint, .thread = the_thread, .label = std::move(label)};
}

CheckpointCreated created(std::uint64_t ordinal, std::optional<TurnId> after, std::optional<std::string> label = {}) {
    return {.checkpoint = manual_checkpoint,
            .thread = the_thread,
            .ordinal = ordinal,
            .kind = CheckpointKind::manual,
            .after_turn = after,
            .label = std::move(label)};
}

FailCheckpoint fail(const CheckpointId& checkpoint, std::string reason = "not a repository") {
    return {.checkpoint = checkpoint, .reason = std::move(reason)};
}

Story with_a_pending_checkpoint() {
    return a_thread_with_a_completed_turn().and_then(create());
}

} // namespace

TEST_CASE("CreateCheckpoint: it captures the files of an idle thread after its last started turn.") {
    given(a_thread()).when(create("before")).then(created(1, {}, "before"));
    given(a_thread_with_a_completed_turn()).when(create()).then(created(3, first_turn));
    given(a_held_thread()).when(create()).then(created(3, first_turn));
}

TEST_CASE("CreateCheckpoint: the thread must exist and be idle.") {
    given(a_project()).when(create()).then(no_thread);
    given(a_deleted_thread()).when(create()).then(retired_thread);
    given(an_archived_thread()).when(create()).then(rejection::ThreadArchived{the_thread});
    given(a_reverting_thread())
        .when(create())
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    given(a_thread_with_a_starting_turn()).when(create()).then(rejection::ThreadBusy{first_turn});
}

TEST_CASE("CreateCheckpoint: the id must be new and the label valid.") {
    using rejection::IdInUse;
    CreateCheckpoint ask = create();
    ask.checkpoint = end_of(first_turn);
    given(a_thread_with_a_completed_turn())
        .when(ask)
        .then(IdInUse{.kind = EntityKind::checkpoint, .id = end_of(first_turn).uuid});
    const Story reverted = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    ask.checkpoint = end_of(second_turn);
    given(reverted).when(ask).then(IdInUse{.kind = EntityKind::checkpoint, .id = end_of(second_turn).uuid});
    ask.checkpoint = CheckpointId{};
    given(a_thread()).when(ask).then(EmptyField{"checkpoint"});
    given(a_thread()).when(create("")).then(EmptyField{"label"});
    given(a_thread()).when(create(over_a_label)).then(TooLarge{.field = "label", .limit = label_bytes_max});
}

TEST_CASE("AssignCheckpointRef: a pending checkpoint gets its ref once; a repetition changes nothing.") {
    const AssignCheckpointRef ask = assign_ref(manual_checkpoint);
    const Story assigned = with_a_pending_checkpoint().and_then(ask);
    given(with_a_pending_checkpoint())
        .when(ask)
        .then(CheckpointGitRefAssigned{.checkpoint = ask.checkpoint, .git_ref = ask.git_ref, .files = ask.files});
    given(assigned).when(ask).then_nothing();
    AssignCheckpointRef other = ask;
    other.git_ref = "refs/another";
    given(assigned).when(other).then(SlotAlreadyResolved{ask.git_ref});
    other = ask;
    other.files.clear();
    given(assigned).when(other).then(SlotAlreadyResolved{ask.git_ref});
    given(assigned).when(fail(manual_checkpoint)).then(SlotAlreadyResolved{ask.git_ref});
}

TEST_CASE("AssignCheckpointRef: the checkpoint must exist, and the ref must not be empty.") {
    const AssignCheckpointRef ask = assign_ref(baseline_of(the_thread));
    given(a_thread()).when(ask).then(CheckpointNotFound{.checkpoint = baseline_of(the_thread), .retired = false});
    given(a_deleted_thread())
        .when(ask)
        .then(CheckpointNotFound{.checkpoint = baseline_of(the_thread), .retired = true});
    AssignCheckpointRef bad = assign_ref(manual_checkpoint);
    bad.git_ref = "";
    given(with_a_pending_checkpoint()).when(bad).then(EmptyField{"git_ref"});
    bad.git_ref = over_a_label;
    given(with_a_pending_checkpoint()).when(bad).then(TooLarge{.field = "git_ref", .limit = label_bytes_max});
}

TEST_CASE("FailCheckpoint: a pending checkpoint fails once; a repetition changes nothing.") {
    const Story failed = with_a_pending_checkpoint().and_then(fail(manual_checkpoint));
    given(with_a_pending_checkpoint())
        .when(fail(manual_checkpoint))
        .then(CheckpointFailed{.checkpoint = manual_checkpoint, .reason = "not a repository"});
    given(failed).when(fail(manual_checkpoint)).then_nothing();
    given(failed).when(fail(manual_checkpoint, "disk full")).then(SlotAlreadyResolved{"not a repository"});
    given(failed).when(assign_ref(manual_checkpoint)).then(SlotAlreadyResolved{"not a repository"});
    given(with_a_pending_checkpoint()).when(fail(manual_checkpoint, "")).then(EmptyField{"reason"});
    given(a_thread())
        .when(fail(manual_checkpoint))
        .then(CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = false});
    given(a_deleted_thread())
        .when(fail(end_of(first_turn)))
        .then(CheckpointNotFound{.checkpoint = end_of(first_turn), .retired = true});
}

TEST_CASE("RevertToCheckpoint: the event names the turns to be removed, and every checkpoint stays.") {
    const Story story = a_thread_with_two_completed_turns();
    given(story)
        .when(revert_to(end_of(first_turn)))
        .then(RevertRequested{.revert = the_revert,
                              .thread = the_thread,
                              .target = end_of(first_turn),
                              .removed_turns = {second_turn},
                              .removed_checkpoints = {}});
    given(story)
        .when(revert_to(baseline_of(the_thread)))
        .then(RevertRequested{.revert = the_revert,
                              .thread = the_thread,
                              .target = baseline_of(the_thread),
                              .removed_turns = {first_turn, second_turn},
                              .removed_checkpoints = {}});
    given(story)
        .when(revert_to(end_of(second_turn)))
        .then(RevertRequested{.revert = the_revert,
                              .thread = the_thread,
                              .target = end_of(second_turn),
                              .removed_turns = {},
                              .removed_checkpoints = {}});
}

TEST_CASE("RevertToCheckpoint: thread and checkpoint must exist.") {
    given(a_project()).when(revert_to(manual_checkpoint)).then(no_thread);
    given(a_deleted_thread()).when(revert_to(end_of(first_turn))).then(retired_thread);
    given(a_thread())
        .when(revert_to(manual_checkpoint))
        .then(CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = false});
    const Story released = a_reverting_thread(RevertStage::files_restored)
                               .and_then(CompleteRevert{the_revert})
                               .and_then(ReleaseCheckpoint{end_of(second_turn)});
    given(released)
        .when(revert_to(end_of(second_turn)))
        .then(CheckpointNotFound{.checkpoint = end_of(second_turn), .retired = true});
}

TEST_CASE("RevertToCheckpoint: the thread must be idle, its queue empty, and the id new.") {
    const Story archived = a_thread_with_a_completed_turn().and_then(ArchiveThread{the_thread});
    given(archived).when(revert_to(end_of(first_turn))).then(rejection::ThreadArchived{the_thread});
    given(a_reverting_thread())
        .when(revert_to(end_of(first_turn)))
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    given(a_thread_with_a_running_turn())
        .when(revert_to(baseline_of(the_thread)))
        .then(rejection::ThreadBusy{first_turn});
    given(a_held_thread()).when(revert_to(baseline_of(the_thread))).then(rejection::ThreadBusy{second_turn});
    const Story failed = a_reverting_thread().and_then(FailRevert{.revert = the_revert, .reason = "conflict"});
    given(failed)
        .when(revert_to(end_of(first_turn)))
        .then(rejection::IdInUse{.kind = EntityKind::revert, .id = the_revert.uuid});
    RevertToCheckpoint unnamed = revert_to(end_of(first_turn));
    unnamed.revert = RevertId{};
    given(a_thread_with_a_completed_turn()).when(unnamed).then(EmptyField{"revert"});
}

TEST_CASE("RevertToCheckpoint: the target must be an assigned checkpoint of the thread, and none may be pending.") {
    const Story failed = with_a_pending_checkpoint().and_then(fail(manual_checkpoint));
    given(failed)
        .when(revert_to(manual_checkpoint))
        .then(CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "not a repository"});
    given(with_a_pending_checkpoint())
        .when(revert_to(manual_checkpoint))
        .then(CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"});
    given(with_a_pending_checkpoint())
        .when(revert_to(baseline_of(the_thread)))
        .then(CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"});
    const Story beside = a_thread_with_a_completed_turn().and_then(create_thread(other_thread));
    RevertToCheckpoint foreign = revert_to(end_of(first_turn));
    foreign.thread = other_thread;
    given(beside).when(foreign).then(rejection::CheckpointOfOtherThread{the_thread});
}

TEST_CASE("AdvanceRevert: stages advance one by one; repeating one changes nothing, and none can be skipped.") {
    using enum RevertStage;
    const std::vector stages{requested, rescue_taken, conversation_rolled_back, files_restored};
    for (std::size_t have = 0; have < stages.size(); ++have) {
        for (std::size_t want = 0; want < stages.size(); ++want) {
            const AdvanceRevert ask{.revert = the_revert, .stage = stages[want], .rescue = {}};
            const CheckedDecision answer = given(a_reverting_thread(stages[have])).when(ask);
            if (want <= have)
                answer.then_nothing();
            else if (want == have + 1)
                answer.then(RevertAdvanced{.revert = the_revert, .stage = stages[want]});
            else
                answer.then(rejection::RevertInProgress{.revert = the_revert, .stage = stages[have]});
        }
    }
    const AdvanceRevert ask{.revert = the_revert, .stage = rescue_taken, .rescue = {}};
    given(a_thread()).when(ask).then(rejection::RevertNotFound{.revert = the_revert, .retired = false});
    given(a_reverting_thread(files_restored).and_then(CompleteRevert{the_revert}))
        .when(ask)
        .then(rejection::RevertNotFound{.revert = the_revert, .retired = true});
}

namespace {

const CheckpointRef rescued{.git_ref = "refs/evenfold/rescue", .files = {"a.txt"}};

AdvanceRevert advance_with(CheckpointRef rescue, RevertStage stage = RevertStage::rescue_taken) {
    return {.revert = the_revert, .stage = stage, .rescue = std::move(rescue)};
}

} // namespace

TEST_CASE("AdvanceRevert: the replaced files become a checkpoint after the last started turn.") {
    const auto rescue = rescue_of(the_revert);
    given(a_reverting_thread())
        .when(advance_with(rescued))
        .then(RevertAdvanced{.revert = the_revert, .stage = RevertStage::rescue_taken},
              CheckpointCreated{.checkpoint = rescue,
                                .thread = the_thread,
                                .ordinal = 4,
                                .kind = CheckpointKind::rescue,
                                .after_turn = second_turn,
                                .label = {}},
              CheckpointGitRefAssigned{.checkpoint = rescue, .git_ref = rescued.git_ref, .files = rescued.files});
    given(a_reverting_thread()).when(advance_with({.git_ref = "", .files = {}})).then(EmptyField{"git_ref"});
    given(a_reverting_thread(RevertStage::rescue_taken)).when(advance_with(rescued)).then_nothing();
    given(a_reverting_thread(RevertStage::rescue_taken))
        .when(advance_with(rescued, RevertStage::conversation_rolled_back))
        .then(RevertAdvanced{.revert = the_revert, .stage = RevertStage::conversation_rolled_back});
}

TEST_CASE("AdvanceRevert: a rescue checkpoint can be a target later, whether the revert completed or failed.") {
    const auto rescue = rescue_of(the_revert);
    const RevertToCheckpoint back{.revert = id<RevertId>(77), .thread = the_thread, .checkpoint = rescue};
    const auto requested = [&](std::vector<TurnId> removed) {
        return RevertRequested{.revert = back.revert,
                               .thread = the_thread,
                               .target = rescue,
                               .removed_turns = std::move(removed),
                               .removed_checkpoints = {}};
    };
    Story story = a_reverting_thread().and_then(advance_with(rescued));
    given(story.and_then(FailRevert{.revert = the_revert, .reason = "stop"})).when(back).then(requested({}));
    for (const auto stage : {RevertStage::conversation_rolled_back, RevertStage::files_restored})
        story = story.and_then(AdvanceRevert{.revert = the_revert, .stage = stage, .rescue = {}});
    story = story.and_then(CompleteRevert{the_revert});
    given(story).when(back).then(requested({}));
    given(story.and_then(start_turn(third_turn)).and_then(ForceStopTurn{.turn = third_turn, .reason = "stop"}))
        .when(back)
        .then(requested({third_turn}));
}

TEST_CASE("RevertToCheckpoint: rescues after the target stay, because they may be all that is left of some work.") {
    const Story story = a_reverting_thread()
                            .and_then(advance_with(rescued))
                            .and_then(FailRevert{.revert = the_revert, .reason = "stop"});
    given(story)
        .when(RevertToCheckpoint{.revert = id<RevertId>(77), .thread = the_thread, .checkpoint = end_of(first_turn)})
        .then(RevertRequested{.revert = id<RevertId>(77),
                              .thread = the_thread,
                              .target = end_of(first_turn),
                              .removed_turns = {second_turn},
                              .removed_checkpoints = {}});
}

TEST_CASE("ReleaseCheckpoint: the checkpoint of a removed turn is released, that of an existing turn is not.") {
    const ReleaseCheckpoint release{end_of(second_turn)};
    const Story reverted = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    given(reverted).when(release).then(CheckpointReleased{end_of(second_turn)});
    given(reverted.and_then(release))
        .when(release)
        .then(rejection::CheckpointNotFound{.checkpoint = end_of(second_turn), .retired = true});
    given(reverted).when(ReleaseCheckpoint{end_of(first_turn)}).then(rejection::CheckpointInUse{first_turn});
    given(a_thread_with_two_completed_turns()).when(release).then(rejection::CheckpointInUse{second_turn});
    given(a_reverting_thread())
        .when(release)
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
    const Story asked =
        a_thread().and_then(CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = {}});
    given(asked)
        .when(ReleaseCheckpoint{manual_checkpoint})
        .then(rejection::CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"});
    given(asked.and_then(fail(manual_checkpoint)))
        .when(ReleaseCheckpoint{manual_checkpoint})
        .then(CheckpointReleased{manual_checkpoint});
}

TEST_CASE("RevertToCheckpoint: a labelled checkpoint behind the target can be reverted to later.") {
    const Story reverted = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    given(reverted)
        .when(RevertToCheckpoint{.revert = id<RevertId>(77), .thread = the_thread, .checkpoint = end_of(second_turn)})
        .then(RevertRequested{.revert = id<RevertId>(77),
                              .thread = the_thread,
                              .target = end_of(second_turn),
                              .removed_turns = {},
                              .removed_checkpoints = {}});
}

TEST_CASE("CompleteRevert: the files must have been restored.") {
    using enum RevertStage;
    for (const RevertStage stage : {requested, rescue_taken, conversation_rolled_back}) {
        given(a_reverting_thread(stage))
            .when(CompleteRevert{the_revert})
            .then(rejection::RevertInProgress{.revert = the_revert, .stage = stage});
    }
    given(a_reverting_thread(files_restored))
        .when(CompleteRevert{the_revert})
        .then(ThreadReverted{
            .revert = the_revert, .thread = the_thread, .removed_turns = {second_turn}, .removed_checkpoints = {}});
    given(a_thread())
        .when(CompleteRevert{the_revert})
        .then(rejection::RevertNotFound{.revert = the_revert, .retired = false});
    given(a_reverting_thread(files_restored).and_then(CompleteRevert{the_revert}))
        .when(CompleteRevert{the_revert})
        .then(rejection::RevertNotFound{.revert = the_revert, .retired = true});
}

TEST_CASE("FailRevert: it abandons the revert at any stage, and names the stage.") {
    using enum RevertStage;
    const FailRevert ask{.revert = the_revert, .reason = "conflict"};
    for (const RevertStage stage : {requested, rescue_taken, conversation_rolled_back, files_restored}) {
        given(a_reverting_thread(stage))
            .when(ask)
            .then(RevertFailed{.revert = the_revert, .stage = stage, .reason = "conflict"});
    }
    given(a_reverting_thread()).when(FailRevert{.revert = the_revert, .reason = ""}).then(EmptyField{"reason"});
    given(a_thread()).when(ask).then(rejection::RevertNotFound{.revert = the_revert, .retired = false});
    given(a_reverting_thread().and_then(ask))
        .when(ask)
        .then(rejection::RevertNotFound{.revert = the_revert, .retired = true});
}

} // namespace evenfold::orchestration::tests
