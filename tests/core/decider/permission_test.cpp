#include <doctest/doctest.h>

#include <array>

#include "evenfold/tests/support/given.hpp"
#include "evenfold/tests/support/shown.hpp"

namespace evenfold::orchestration::tests {
namespace {

enum class Who { people, sessions, reactors, reactors_and_users };

struct Permission {
    Command command;
    Who who;
};

const Resource a_resource = SessionResource{.thread = the_thread, .epoch = 1, .session_ref = "session-1"};

/// Every command, in the order of the variant, and who may ask it: section 6.3, the line of actors.
std::vector<Permission> table() {
    using enum Who;
    return {
        {create_project(), people},
        {UpdateProject{.project = the_project, .title = {}, .root = {}, .default_model = {}}, people},
        {DeleteProject{.project = the_project, .force = true}, people},
        {create_thread(), people},
        {UpdateThread{.thread = the_thread, .title = {}, .model = {}, .policy = {}, .mode = {}, .expected_version = {}},
         people},
        {ArchiveThread{the_thread}, people},
        {UnarchiveThread{the_thread}, people},
        {DeleteThread{.thread = the_thread, .force = true}, people},
        {assign_worktree(), reactors},
        {FailWorktree{.thread = the_thread, .reason = "r"}, reactors},
        {start_turn(first_turn), people},
        {CancelQueuedTurn{first_turn}, people},
        {ResumeQueue{the_thread}, people},
        {InterruptTurn{first_turn}, people},
        {force_stop(), people},
        {RespondApproval{.request = request_of(first_turn), .decision = Allow{}}, people},
        {bind_session(), sessions},
        {lose_session(), sessions},
        {confirm(), sessions},
        {FailTurnDispatch{.turn = first_turn, .reason = "r"}, sessions},
        {ingest(1, says("a")), sessions},
        {ConfirmAnswerDelivered{request_of(first_turn)}, sessions},
        {FailAnswerDelivery{.request = request_of(first_turn), .reason = "r"}, sessions},
        {Reconcile{{}}, sessions},
        {CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = {}}, people},
        {assign_ref(manual_checkpoint), reactors},
        {FailCheckpoint{.checkpoint = manual_checkpoint, .reason = "r"}, reactors},
        {revert_to(manual_checkpoint), people},
        {AdvanceRevert{.revert = the_revert, .stage = RevertStage::rescue_taken, .rescue = {}}, reactors},
        {CompleteRevert{the_revert}, reactors},
        {FailRevert{.revert = the_revert, .reason = "r"}, reactors_and_users},
        {request_commit(), people},
        {AssignCommitRef{.commit = the_commit, .sha = "1", .branch = "b"}, reactors},
        {FailCommit{.commit = the_commit, .reason = "r"}, reactors},
        {ReleaseResource{a_resource}, reactors}};
}

bool may(Actor actor, Who who) {
    using enum Actor;
    switch (who) {
    case Who::people: return actor == user || actor == agent || actor == system;
    case Who::sessions: return actor == provider || actor == reactor || actor == system;
    case Who::reactors: return actor == reactor || actor == system;
    case Who::reactors_and_users: return actor == reactor || actor == user || actor == system;
    }
    return false;
}

} // namespace

TEST_CASE("NotPermitted: every command has its askers, and the system may ask all.") {
    const std::vector<Permission> rows = table();
    REQUIRE(rows.size() == std::variant_size_v<Command>);
    for (std::size_t place = 0; place < rows.size(); ++place) {
        const Permission& permission = rows[place];
        REQUIRE(permission.command.index() == place);
        CAPTURE(shown(permission.command));
        for (const Actor actor : {Actor::user, Actor::agent, Actor::reactor, Actor::provider, Actor::system}) {
            const Objection no = forbid(actor, permission.command);
            CHECK(no.has_value() != may(actor, permission.who));
            if (no) CHECK(*no == Error(rejection::NotPermitted{actor}));
        }
    }
}

TEST_CASE("NotPermitted: a client cannot forge what an agent said, and a provider cannot start work.") {
    const Story running = a_thread_with_a_running_turn();
    given(running).as(Actor::user).when(ingest(1, says("forged"))).then(rejection::NotPermitted{Actor::user});
    given(running).as(Actor::agent).when(ingest(1, says("forged"))).then(rejection::NotPermitted{Actor::agent});
    given(running).as(Actor::provider).when(ingest(1, says("told"))).then_accepted();
    given(a_thread()).as(Actor::provider).when(start_turn(first_turn)).then(rejection::NotPermitted{Actor::provider});
    given(a_thread()).as(Actor::user).when(start_turn(first_turn)).then_accepted();
    given(a_reverting_thread())
        .as(Actor::user)
        .when(FailRevert{.revert = the_revert, .reason = "give up"})
        .then_accepted();
}

TEST_CASE("class_of: every rejection has the class of section 6.7, in the order of the variant.") {
    using namespace rejection;
    using enum ErrorClass;
    const std::vector<std::pair<Error, ErrorClass>> rows{
        {ProjectNotFound{.project = the_project, .retired = false}, not_found},
        {ThreadNotFound{.thread = the_thread, .retired = false}, not_found},
        {TurnNotFound{.turn = first_turn, .retired = false}, not_found},
        {ApprovalNotFound{.request = request_of(first_turn), .retired = false}, not_found},
        {CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = false}, not_found},
        {CommitNotFound{.commit = the_commit, .retired = false}, not_found},
        {RevertNotFound{.revert = the_revert, .retired = false}, not_found},
        {IdInUse{.kind = EntityKind::turn, .id = {}}, conflict},
        {ProjectPathInUse{the_project}, conflict},
        {ProjectNotEmpty{1}, conflict},
        {ThreadBusy{first_turn}, conflict},
        {rejection::ThreadArchived{the_thread}, conflict},
        {ThreadNotArchived{the_thread}, conflict},
        {RevertInProgress{.revert = the_revert, .stage = RevertStage::requested}, conflict},
        {TurnNotInState{.have = TurnState::queued, .need = {}}, conflict},
        {ApprovalNotPending{RequestState::answered}, conflict},
        {CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"}, conflict},
        {CheckpointOfOtherThread{the_thread}, conflict},
        {SlotAlreadyResolved{"value"}, conflict},
        {QueueNotHeld{the_thread}, conflict},
        {VersionMismatch{1}, conflict},
        {StaleEpoch{1}, stale},
        {TurnTerminal{TurnState::failed}, stale},
        {ProviderGap{.expected = 1, .got = 2}, gap},
        {EmptyField{"title"}, invalid},
        {TooLarge{.field = "title", .limit = 1}, invalid},
        {WrongDecisionKind{"Answer"}, invalid},
        {NotPermitted{Actor::user}, invalid}};
    REQUIRE(rows.size() == std::variant_size_v<Error>);
    for (std::size_t place = 0; place < rows.size(); ++place) {
        REQUIRE(rows[place].first.index() == place);
        CAPTURE(shown(rows[place].first));
        for (const Actor actor : {Actor::user, Actor::agent, Actor::reactor, Actor::provider, Actor::system}) {
            CHECK(class_of(rows[place].first, actor) == rows[place].second);
        }
    }
}

TEST_CASE("class_of: a retired entity is stale for processes that still speak of it, and not found for others.") {
    using namespace rejection;
    const std::vector<Error> retired{ProjectNotFound{.project = the_project, .retired = true},
                                     ThreadNotFound{.thread = the_thread, .retired = true},
                                     TurnNotFound{.turn = first_turn, .retired = true},
                                     ApprovalNotFound{.request = request_of(first_turn), .retired = true},
                                     CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = true},
                                     CommitNotFound{.commit = the_commit, .retired = true},
                                     RevertNotFound{.revert = the_revert, .retired = true}};
    for (const Error& error : retired) {
        CHECK(class_of(error, Actor::provider) == ErrorClass::stale);
        CHECK(class_of(error, Actor::reactor) == ErrorClass::stale);
        CHECK(class_of(error, Actor::user) == ErrorClass::not_found);
        CHECK(class_of(error, Actor::agent) == ErrorClass::not_found);
        CHECK(class_of(error, Actor::system) == ErrorClass::not_found);
    }
}

} // namespace evenfold::orchestration::tests
