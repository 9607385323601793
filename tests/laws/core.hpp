/// The core that the laws check: orchestration itself, unless a test plants a fault in it.
/// Shape: a domain as any other. The laws call this domain instead of orchestration, so that each law can be shown to
/// fail.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/testing/law/law.hpp"

namespace evenfold::orchestration::tests {

using Events = std::vector<Event>;

/// Faults that a careless change of the core might introduce.
enum class Fault : std::uint8_t {
    none,
    // of decide
    decide_counts_its_calls,
    decide_changes_the_model,
    decide_reads_the_transcript,
    second_turn_at_work,
    end_forgets_calls,
    end_forgets_requests,
    end_told_twice,
    end_without_checkpoint_when_failed,
    ordinals_over_all_threads,
    checkpoint_ordinal_always_one,
    slot_resolved_again,
    slot_confirmed_twice,
    interrupted_again,
    force_stop_refused_while_awaiting,
    reconcile_forgets_the_turn,
    delta_trimmed,
    thinking_dropped,
    repeat_taken_as_next,
    gap_accepted,
    old_epoch_accepted,
    ended_turn_hears,
    next_event_refused,
    deleted_thread_answers,
    revert_keeps_one_turn,
    commit_while_reverting,
    lost_session_keeps_its_turn,
    reconcile_of_some_does_nothing,
    completed_turn_holds_the_queue,
    busy_thread_archived,
    unasked_answer_delivered,
    gone_turn_stopped,
    signature_dropped,
    output_emptied,
    policy_always_full,
    version_not_looked_at,
    large_text_refused,
    update_waits_for_other_projects,
    // of project
    project_changes_at_unknown,
    project_counts_in_a_static,
    turn_not_listed,
    live_thread_retired,
    hold_kept_without_queue,
    awaiting_forgotten,
    pending_checkpoint_kept,
    ref_tells_how_many_wait,
    chunk_dropped,
    discarded_text_kept,
    turn_outlives_its_thread,
    garbage_forgotten,
    // of outstanding
    effect_ids_counted,
    capture_kept_when_confirmed,
    capture_only_in_a_session,
    nothing_outstanding,
    release_forgotten,
    last_fault
};

inline Fault planted = Fault::none; // each test that plants one runs in one thread

struct Core : Orchestration {
    [[nodiscard]] static Decision decide(const Command& asked, const Model& model);
    [[nodiscard]] static Model project(Model model, const Event& event);
    [[nodiscard]] static std::vector<Effect> outstanding(const Model& model);
};

/// Erases the events that satisfy the predicate. std::erase_if does not accept the container of decisions.
template <class Predicate>
void erase(DecidedEvents& events, Predicate is_gone) {
    events.erase(std::remove_if(events.begin(), events.end(), is_gone), events.end());
}

using CoreLaw = testing::Law<Core>;
using CoreLaws = std::vector<CoreLaw>;
using CoreHistory = testing::History<Core>;

} // namespace evenfold::orchestration::tests

namespace evenfold {
extern template const testing::AnyTestable& testing::any_testable<orchestration::tests::Core>();
} // namespace evenfold
