#include <doctest/doctest.h>

#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

using rejection::ApprovalNotPending;
using rejection::EmptyField;

const RequestId the_request = request_of(first_turn);
const rejection::ApprovalNotFound unknown_request{.request = the_request, .retired = false};
const rejection::ApprovalNotFound retired_request{.request = the_request, .retired = true};
const ConfirmAnswerDelivered delivered{the_request};
const FailAnswerDelivery undeliverable{.request = the_request, .reason = "the pipe is closed"};

RespondApproval respond(ApprovalDecision decision) {
    return {.request = the_request, .decision = std::move(decision)};
}

Story with_a_question() {
    return a_thread_with_a_running_turn().and_then(ingest(1, asks("r1", {}, a_question())));
}

Story a_deleted_thread_with_a_request() {
    return a_thread_with_a_pending_request().and_then(DeleteThread{.thread = the_thread, .force = true});
}

} // namespace

TEST_CASE("RespondApproval: a tool is allowed or denied, a question answered.") {
    const std::vector<ApprovalDecision> for_tools{Allow{}, AllowForSession{}, Deny{.feedback = {}},
                                                  Deny{.feedback = "not there"}};
    for (const ApprovalDecision& decision : for_tools) {
        given(a_thread_with_a_pending_request())
            .when(respond(decision))
            .then(ApprovalAnswered{.request = the_request, .decision = decision});
        given(with_a_question())
            .when(respond(decision))
            .then(rejection::WrongDecisionKind{"Answer with as many answers as the question has items: 1"});
    }
    given(with_a_question())
        .when(respond(Answer{{"this"}}))
        .then(ApprovalAnswered{.request = the_request, .decision = Answer{{"this"}}});
    given(a_thread_with_a_pending_request())
        .when(respond(Answer{{"this"}}))
        .then(rejection::WrongDecisionKind{"Allow, AllowForSession or Deny"});
}

TEST_CASE("RespondApproval: the request must exist and be pending.") {
    given(a_thread()).when(respond(Allow{})).then(unknown_request);
    given(a_deleted_thread_with_a_request()).when(respond(Allow{})).then(retired_request);
    given(a_thread_with_an_answered_request()).when(respond(Allow{})).then(ApprovalNotPending{RequestState::answered});
    given(a_thread_with_an_answered_request().and_then(delivered))
        .when(respond(Allow{}))
        .then(ApprovalNotPending{RequestState::delivered});
    given(a_thread_with_a_pending_request().and_then(force_stop()))
        .when(respond(Allow{}))
        .then(ApprovalNotPending{RequestState::expired});
}

TEST_CASE("RespondApproval: the text of a decision must have 1 to input_chars_max characters.") {
    const std::string over(input_chars_max + 1, 'a');
    given(a_thread_with_a_pending_request()).when(respond(Deny{.feedback = ""})).then(EmptyField{"feedback"});
    given(a_thread_with_a_pending_request())
        .when(respond(Deny{.feedback = over}))
        .then(rejection::TooLarge{.field = "feedback", .limit = input_chars_max});
    given(with_a_question())
        .when(respond(Answer{{}}))
        .then(rejection::WrongDecisionKind{"Answer with as many answers as the question has items: 1"});
    given(with_a_question()).when(respond(Answer{{""}})).then(EmptyField{"answers"});
    given(with_a_question())
        .when(respond(Answer{{over}}))
        .then(rejection::TooLarge{.field = "answers", .limit = input_chars_max});
}

TEST_CASE("ConfirmAnswerDelivered: the request must be answered; a repetition changes nothing.") {
    given(a_thread_with_an_answered_request())
        .when(delivered)
        .then(ApprovalDelivered{.request = the_request, .seq = {}});
    given(a_thread_with_an_answered_request().and_then(delivered)).when(delivered).then_nothing();
    given(a_thread_with_a_pending_request()).when(delivered).then(ApprovalNotPending{RequestState::pending});
    given(a_thread_with_an_answered_request().and_then(undeliverable))
        .when(delivered)
        .then(ApprovalNotPending{RequestState::expired});
    given(a_thread()).when(delivered).then(unknown_request);
    given(a_deleted_thread_with_a_request()).when(delivered).then(retired_request);
}

TEST_CASE("ApprovalResolved: a decision made at the provider is kept if the provider reports it and it fits.") {
    const auto decided = [](std::optional<ApprovalDecision> decision) {
        return ingest(3, provider::ApprovalResolved{.request_id = "r1", .decision = std::move(decision)});
    };
    const ApprovalDelivered done{.request = the_request, .seq = 3};
    const ApprovalExpired elsewhere{.request = the_request, .cause = ExpiryCause::resolved_elsewhere, .seq = 3};
    const Deny no{.feedback = "not there"};
    given(a_thread_with_a_pending_request())
        .when(decided(no))
        .then(ApprovalAnswered{.request = the_request, .decision = no}, done);
    given(a_thread_with_a_pending_request()).when(decided(Answer{{"yes"}})).then(elsewhere);
    given(a_thread_with_a_pending_request()).when(decided({})).then(elsewhere);
    given(a_thread_with_an_answered_request()).when(decided({})).then(done);
    given(a_thread_with_an_answered_request()).when(decided(Allow{})).then(done);
    given(a_thread_with_an_answered_request()).when(decided(no)).then(elsewhere);
    const Story denied = a_thread_with_a_pending_request().and_then(decided(no));
    CHECK(outstanding(denied.model).empty());
    CHECK(denied.at(first_turn).state == TurnState::running);
    const Story failed = denied.and_then(ingest(4, returns("c1", "denied", true)));
    CHECK(failed.at(first_turn).tool_calls.find("c1")->status == ToolCallStatus::denied);
    given(a_thread_with_a_pending_request())
        .when(decided(Deny{.feedback = std::string(content_bytes_max + 1, 'a')}))
        .then_accepted();
}

TEST_CASE("FailAnswerDelivery: an answered request expires; a repetition changes nothing.") {
    given(a_thread_with_an_answered_request())
        .when(undeliverable)
        .then(ApprovalExpired{.request = the_request, .cause = ExpiryCause::undeliverable, .seq = {}});
    given(a_thread_with_an_answered_request().and_then(undeliverable)).when(undeliverable).then_nothing();
    given(a_thread_with_a_pending_request()).when(undeliverable).then(ApprovalNotPending{RequestState::pending});
    given(a_thread_with_an_answered_request().and_then(delivered))
        .when(undeliverable)
        .then(ApprovalNotPending{RequestState::delivered});
    given(a_thread_with_an_answered_request().and_then(force_stop()))
        .when(undeliverable)
        .then(ApprovalNotPending{RequestState::expired});
    given(a_thread()).when(undeliverable).then(unknown_request);
    given(a_deleted_thread_with_a_request()).when(undeliverable).then(retired_request);
    given(a_thread_with_an_answered_request())
        .when(FailAnswerDelivery{.request = the_request, .reason = ""})
        .then(EmptyField{"reason"});
}

} // namespace evenfold::orchestration::tests
