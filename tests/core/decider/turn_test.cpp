#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::EmptyField;
using rejection::TooLarge;
using rejection::TurnNotInState;

const TurnSettings settings{.model = "model-1", .policy = Policy::approval_required, .mode = Mode::default_};
const rejection::TurnNotFound no_turn{.turn = first_turn, .retired = false};
const rejection::TurnNotFound retired_turn{.turn = first_turn, .retired = true};

MessageAdded input_of(const TurnId& turn, const MessageId& message, const std::string& text = "go on") {
    return {.message = message,
            .thread = the_thread,
            .turn = turn,
            .role = Role::user,
            .blocks = {Text{.text = text, .sealed = true, .parent = {}}}};
}

TurnStarted
begun(const TurnId& turn, const MessageId& message, std::uint64_t ordinal, const TurnSettings& frozen = settings) {
    return {.turn = turn, .thread = the_thread, .ordinal = ordinal, .message = message, .frozen = frozen};
}

StartTurn saying(std::string input) {
    StartTurn ask = start_turn(first_turn);
    ask.input = std::move(input);
    return ask;
}

std::string times(std::size_t count, std::string_view character) {
    std::string text;
    text.reserve(count * character.size());
    for (std::size_t i = 0; i < count; ++i) text += character;
    return text;
}

} // namespace

TEST_CASE("StartTurn: the first turn of a thread begins with a checkpoint of the initial files.") {
    given(a_thread())
        .when(start_turn(first_turn))
        .then(CheckpointCreated{.checkpoint = baseline_of(the_thread),
                                .thread = the_thread,
                                .ordinal = 1,
                                .kind = CheckpointKind::baseline,
                                .after_turn = {},
                                .label = {}},
              input_of(first_turn, first_message), begun(first_turn, first_message, 1));
}

TEST_CASE("StartTurn: later turns begin without a checkpoint, and copy the current settings.") {
    given(a_thread_with_a_completed_turn())
        .when(start_turn(second_turn))
        .then(input_of(second_turn, second_message), begun(second_turn, second_message, 2));
    const Story changed = a_thread_with_a_completed_turn().and_then(UpdateThread{.thread = the_thread,
                                                                                 .title = {},
                                                                                 .model = "model-2",
                                                                                 .policy = Policy::full,
                                                                                 .mode = Mode::plan,
                                                                                 .expected_version = {}});
    given(changed)
        .when(start_turn(second_turn))
        .then(input_of(second_turn, second_message),
              begun(second_turn, second_message, 2, {.model = "model-2", .policy = Policy::full, .mode = Mode::plan}));
}

TEST_CASE("StartTurn: a busy or held thread rejects it, unless it may be queued.") {
    const TurnQueued queued{.turn = third_turn, .thread = the_thread, .message = third_message};
    for (const Story& story : {a_thread_with_a_starting_turn(), a_thread_with_a_running_turn(),
                               a_thread_with_a_pending_request(), a_thread_with_an_interrupting_turn()}) {
        given(story).when(start_turn(third_turn)).then(rejection::ThreadBusy{first_turn});
        given(story).when(enqueue(third_turn)).then(input_of(third_turn, third_message), queued);
    }
    given(a_held_thread()).when(start_turn(third_turn)).then(rejection::ThreadBusy{second_turn});
    given(a_held_thread()).when(enqueue(third_turn)).then(input_of(third_turn, third_message), queued);
    given(a_thread_with_a_completed_turn())
        .when(enqueue(third_turn))
        .then(input_of(third_turn, third_message), begun(third_turn, third_message, 2));
}

TEST_CASE("StartTurn: the thread must exist, and be neither archived nor reverting.") {
    using rejection::ThreadNotFound;
    given(a_project()).when(start_turn(third_turn)).then(ThreadNotFound{.thread = the_thread, .retired = false});
    given(a_deleted_thread()).when(start_turn(third_turn)).then(ThreadNotFound{.thread = the_thread, .retired = true});
    given(an_archived_thread()).when(enqueue(third_turn)).then(rejection::ThreadArchived{the_thread});
    given(a_reverting_thread())
        .when(enqueue(third_turn))
        .then(rejection::RevertInProgress{.revert = the_revert, .stage = RevertStage::requested});
}

TEST_CASE("StartTurn: the ids of turn and message must be new and different.") {
    using rejection::IdInUse;
    const Story story = a_thread_with_a_completed_turn();
    given(story).when(start_turn(first_turn)).then(IdInUse{.kind = EntityKind::turn, .id = first_turn.uuid});
    StartTurn ask = start_turn(second_turn);
    ask.message = first_message;
    given(story).when(ask).then(IdInUse{.kind = EntityKind::message, .id = first_message.uuid});
    ask.message = reply_id(first_turn);
    given(story).when(ask).then(IdInUse{.kind = EntityKind::message, .id = reply_id(first_turn).uuid});
    ask.message = MessageId{second_turn.uuid};
    given(story).when(ask).then(IdInUse{.kind = EntityKind::turn, .id = second_turn.uuid});
    ask.message = MessageId{};
    given(story).when(ask).then(EmptyField{"message"});
    given(story).when(start_turn(TurnId{})).then(EmptyField{"turn"});
    const Story reverted = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    given(reverted).when(start_turn(second_turn)).then(IdInUse{.kind = EntityKind::turn, .id = second_turn.uuid});
}

TEST_CASE("StartTurn: the input must have 1 to input_chars_max characters, in any number of bytes.") {
    given(a_thread()).when(saying("")).then(EmptyField{"input"});
    given(a_thread()).when(saying(times(input_chars_max, "a"))).then_accepted();
    given(a_thread())
        .when(saying(times(input_chars_max + 1, "a")))
        .then(TooLarge{.field = "input", .limit = input_chars_max});
    given(a_thread()).when(saying(times(input_chars_max, "\xf0\x9f\x98\x80"))).then_accepted();
    given(a_thread())
        .when(saying(times(input_chars_max, "\xc3\xa9") + "."))
        .then(TooLarge{.field = "input", .limit = input_chars_max});
}

TEST_CASE("CancelQueuedTurn: the turn must be queued.") {
    given(a_thread_with_a_queued_turn()).when(CancelQueuedTurn{second_turn}).then(TurnCancelled{second_turn});
    given(a_held_thread()).when(CancelQueuedTurn{second_turn}).then(TurnCancelled{second_turn});
    given(a_thread_with_a_queued_turn())
        .when(CancelQueuedTurn{first_turn})
        .then(TurnNotInState{.have = TurnState::running, .need = {TurnState::queued}});
    given(a_held_thread().and_then(CancelQueuedTurn{second_turn}))
        .when(CancelQueuedTurn{second_turn})
        .then(TurnNotInState{.have = TurnState::cancelled, .need = {TurnState::queued}});
    given(a_thread()).when(CancelQueuedTurn{first_turn}).then(no_turn);
    given(a_deleted_thread()).when(CancelQueuedTurn{first_turn}).then(retired_turn);
}

TEST_CASE("CancelQueuedTurn: cancelling the last queued turn ends the hold; cancelling another does not.") {
    const Story two = a_held_thread().and_then(enqueue(third_turn)).and_then(CancelQueuedTurn{second_turn});
    given(two).when(start_turn(id<TurnId>(4))).then(rejection::ThreadBusy{third_turn});
    given(two.and_then(CancelQueuedTurn{third_turn})).when(start_turn(id<TurnId>(4))).then_accepted();
}

TEST_CASE("ResumeQueue: a held thread starts the first turn of its queue.") {
    given(a_held_thread().and_then(enqueue(third_turn)))
        .when(ResumeQueue{the_thread})
        .then(QueueResumed{the_thread}, begun(second_turn, second_message, 2));
    given(a_thread()).when(ResumeQueue{the_thread}).then(rejection::QueueNotHeld{the_thread});
    given(a_thread_with_a_queued_turn()).when(ResumeQueue{the_thread}).then(rejection::ThreadBusy{first_turn});
    given(a_held_thread().and_then(CancelQueuedTurn{second_turn}))
        .when(ResumeQueue{the_thread})
        .then(rejection::QueueNotHeld{the_thread});
    given(a_project())
        .when(ResumeQueue{the_thread})
        .then(rejection::ThreadNotFound{.thread = the_thread, .retired = false});
    given(a_deleted_thread())
        .when(ResumeQueue{the_thread})
        .then(rejection::ThreadNotFound{.thread = the_thread, .retired = true});
}

TEST_CASE("InterruptTurn: the interruption of an active turn is requested once.") {
    const InterruptTurn ask{first_turn};
    for (const Story& story :
         {a_thread_with_a_starting_turn(), a_thread_with_a_running_turn(), a_thread_with_a_pending_request()}) {
        given(story).when(ask).then(TurnInterruptRequested{first_turn});
        given(story.and_then(ask)).when(ask).then_nothing();
    }
    const std::vector need{TurnState::starting, TurnState::running, TurnState::awaiting};
    given(a_thread_with_a_queued_turn())
        .when(InterruptTurn{second_turn})
        .then(TurnNotInState{.have = TurnState::queued, .need = need});
    given(a_thread_with_a_completed_turn()).when(ask).then(TurnNotInState{.have = TurnState::completed, .need = need});
    given(a_held_thread()).when(ask).then(TurnNotInState{.have = TurnState::interrupted, .need = need});
    given(a_thread()).when(ask).then(no_turn);
    given(a_deleted_thread()).when(ask).then(retired_turn);
}

TEST_CASE("ForceStopTurn: it ends every active turn, whatever the provider does.") {
    const TurnInterrupted stopped{.turn = first_turn, .seq = {}, .reason = "enough"};
    given(a_thread_with_a_starting_turn()).when(force_stop()).then(stopped);
    for (const Story& story : {a_thread_with_a_running_turn(), a_thread_with_an_interrupting_turn()}) {
        given(story)
            .when(force_stop())
            .then(stopped, CheckpointCreated{.checkpoint = end_of(first_turn),
                                             .thread = the_thread,
                                             .ordinal = 2,
                                             .kind = CheckpointKind::turn_end,
                                             .after_turn = first_turn,
                                             .label = {}});
    }
    const std::vector need{TurnState::starting, TurnState::running, TurnState::awaiting, TurnState::interrupting};
    given(a_thread_with_a_queued_turn())
        .when(force_stop(second_turn))
        .then(TurnNotInState{.have = TurnState::queued, .need = need});
    given(a_thread_with_a_completed_turn())
        .when(force_stop())
        .then(TurnNotInState{.have = TurnState::completed, .need = need});
    given(a_thread()).when(force_stop()).then(no_turn);
    given(a_deleted_thread()).when(force_stop()).then(retired_turn);
    const Story running = a_thread_with_a_running_turn();
    given(running).when(ForceStopTurn{.turn = first_turn, .reason = ""}).then(EmptyField{"reason"});
    given(running)
        .when(ForceStopTurn{.turn = first_turn, .reason = times(label_bytes_max + 1, "a")})
        .then(TooLarge{.field = "reason", .limit = label_bytes_max});
}

} // namespace evenfold::orchestration::tests
