#include "evenfold/tests/support/stories.hpp"

#include <doctest/doctest.h>

#include "evenfold/tests/support/shown.hpp"

namespace evenfold::orchestration::tests {

Story Story::and_then(const Command& asked, const std::source_location& where) const {
    const Decision decision = decide(asked, model);
    Story next = *this;
    if (!decision) {
        DOCTEST_ADD_FAIL_AT(where.file_name(), static_cast<int>(where.line()),
                            "the story cannot continue with " << shown(asked) << ": " << shown(decision.error()));
        return next;
    }
    next.last.assign(decision->begin(), decision->end());
    next.model = fold(std::move(next.model), next.last);
    next.events.insert(next.events.end(), next.last.begin(), next.last.end());
    return next;
}

Story nothing() {
    return {};
}

Story a_project() {
    return nothing().and_then(create_project());
}

Story a_thread() {
    return a_project().and_then(create_thread());
}

Story a_thread_with_a_pending_worktree() {
    return a_project().and_then(create_worktree_thread());
}

Story two_threads() {
    return a_thread().and_then(create_thread(other_thread));
}

Story a_thread_with_a_starting_turn() {
    return a_thread().and_then(start_turn(first_turn)).and_then(assign_ref(baseline_of(the_thread)));
}

Story a_thread_with_a_running_turn() {
    return a_thread_with_a_starting_turn().and_then(bind_session()).and_then(confirm());
}

Story a_thread_with_an_interrupting_turn() {
    return a_thread_with_a_running_turn().and_then(InterruptTurn{first_turn});
}

Story a_thread_with_a_pending_request() {
    return a_thread_with_a_running_turn().and_then(ingest(1, calls("c1"))).and_then(ingest(2, asks("r1", "c1")));
}

Story a_thread_with_an_answered_request() {
    return a_thread_with_a_pending_request().and_then(
        RespondApproval{.request = request_of(first_turn), .decision = Allow{}});
}

Story a_thread_with_a_queued_turn() {
    return a_thread_with_a_running_turn().and_then(enqueue(second_turn));
}

Story a_held_thread() {
    return a_thread_with_a_queued_turn().and_then(force_stop()).and_then(assign_ref(end_of(first_turn)));
}

Story a_thread_with_a_completed_turn() {
    return a_thread_with_a_running_turn()
        .and_then(ingest(1, says("Done.")))
        .and_then(ingest(2, completes()))
        .and_then(assign_ref(end_of(first_turn)));
}

Story a_thread_with_two_completed_turns() {
    return a_thread_with_a_completed_turn()
        .and_then(start_turn(second_turn))
        .and_then(ingest(1, says("Done again."), second_turn))
        .and_then(ingest(2, completes(), second_turn))
        .and_then(assign_ref(end_of(second_turn)));
}

Story a_reverting_thread(RevertStage stage) {
    Story story = a_thread_with_two_completed_turns().and_then(revert_to(end_of(first_turn)));
    for (const RevertStage next :
         {RevertStage::rescue_taken, RevertStage::conversation_rolled_back, RevertStage::files_restored}) {
        if (next <= stage) story = story.and_then(AdvanceRevert{.revert = the_revert, .stage = next, .rescue = {}});
    }
    return story;
}

Story an_archived_thread() {
    return a_thread().and_then(ArchiveThread{the_thread});
}

Story a_deleted_thread() {
    return a_thread_with_a_completed_turn().and_then(DeleteThread{.thread = the_thread, .force = false});
}

Story a_thread_with_a_pending_commit() {
    return a_thread_with_a_completed_turn().and_then(request_commit());
}

} // namespace evenfold::orchestration::tests
