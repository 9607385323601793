#include <algorithm>
#include <span>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/faulty.hpp"

namespace evenfold::orchestration::tests {
namespace {

template <class Wanted>
bool has(std::span<const Event> events) {
    return std::ranges::any_of(events, [](const Event& event) { return std::holds_alternative<Wanted>(event); });
}

template <class Gone>
Decision without(Decision right) {
    if (right) erase(*right, [](const Event& event) { return std::holds_alternative<Gone>(event); });
    return right;
}

template <class Reason>
bool refused_as(const Decision& right) {
    return !right && std::holds_alternative<Reason>(right.error());
}

/// Returns the decision with `change` applied to each event of that kind.
template <class Kind, class Change>
Decision with(Decision right, Change change) {
    if (!right) return right;
    for (Event& event : *right) {
        if (auto* wanted = std::get_if<Kind>(&event)) change(*wanted);
    }
    return right;
}

/// Returns the decision on a copy of the model to which `change` was applied.
template <class Change>
Decision asked_after(const Command& asked, const Model& model, Change change) {
    Model changed = model;
    change(changed->index);
    return Orchestration::decide(asked, changed);
}

void interrupt_again(const Command& asked, Decision& right) {
    const auto* ask = std::get_if<InterruptTurn>(&asked);
    if (ask && right && right->empty()) right->emplace_back(TurnInterruptRequested{ask->turn});
}

Decision of_turns(const Command& asked, const Model& model, Decision right) {
    switch (planted) {
    case Fault::second_turn_at_work:
        if (const auto* ask = std::get_if<StartTurn>(&asked); ask && refused_as<rejection::ThreadBusy>(right))
            return asked_after(asked, model, [&](Index& index) { index.threads.find(ask->thread)->active.reset(); });
        return right;
    case Fault::end_forgets_calls:
        if (right)
            erase(*right, [](const Event& event) {
                const auto* finished = std::get_if<ToolCallFinished>(&event);
                return finished && finished->status == ToolCallStatus::abandoned;
            });
        return right;
    case Fault::end_forgets_requests:
        return right && has<CheckpointCreated>(*right) ? without<ApprovalExpired>(std::move(right)) : right;
    case Fault::end_told_twice:
        if (right) {
            const auto end = std::ranges::find_if(
                *right, [](const Event& event) { return std::holds_alternative<TurnInterrupted>(event); });
            if (end != right->end()) right->insert(end, Event(*end));
        }
        return right;
    case Fault::end_without_checkpoint_when_failed:
        return right && has<TurnFailed>(*right) ? without<CheckpointCreated>(std::move(right)) : right;
    case Fault::ordinals_over_all_threads:
        return with<TurnStarted>(std::move(right),
                                 [&](TurnStarted& event) { event.ordinal = model->index.turns.size() + 1; });
    case Fault::interrupted_again: interrupt_again(asked, right); return right;
    case Fault::completed_turn_holds_the_queue:
        if (right && has<TurnCompleted>(*right) && has<TurnStarted>(*right)) {
            const auto& next = std::get<TurnStarted>(right->back());
            right->back() = QueueHeld{.thread = next.thread, .reason = HoldReason::turn_failed};
        }
        return right;
    case Fault::policy_always_full:
        return with<TurnStarted>(std::move(right), [](TurnStarted& event) { event.frozen.policy = Policy::full; });
    case Fault::gone_turn_stopped:
        return std::holds_alternative<ForceStopTurn>(asked) && refused_as<rejection::TurnNotFound>(right)
                   ? DecidedEvents{}
                   : right;
    case Fault::unasked_answer_delivered:
        if (const auto* ask = std::get_if<ConfirmAnswerDelivered>(&asked)) {
            const Request* request = model->index.find(ask->request);
            if (request && request->state == RequestState::pending)
                return DecidedEvents{ApprovalDelivered{.request = ask->request, .seq = {}}};
        }
        return right;
    case Fault::force_stop_refused_while_awaiting:
        if (const auto* ask = std::get_if<ForceStopTurn>(&asked)) {
            const Turn* turn = model->index.find(ask->turn);
            if (turn && turn->state == TurnState::awaiting)
                return std::unexpected<Error>(rejection::ThreadBusy{turn->id});
        }
        return right;
    default: return right;
    }
}

Decision of_slots(const Command& asked, Decision right) {
    const auto* ask = std::get_if<AssignCheckpointRef>(&asked);
    if (!ask) return right;
    const DecidedEvents again{
        CheckpointGitRefAssigned{.checkpoint = ask->checkpoint, .git_ref = ask->git_ref, .files = ask->files}};
    if (planted == Fault::slot_resolved_again && refused_as<rejection::SlotAlreadyResolved>(right)) return again;
    if (planted == Fault::slot_confirmed_twice && right && right->empty()) return again;
    return right;
}

/// Returns the decision on the provider event as if the rule that the fault removes did not exist.
Decision taken_anyway(IngestProviderEvent ask, const Model& model) {
    const Turn* turn = model->index.find(ask.turn);
    const Thread* thread = turn ? model->index.find(turn->thread) : nullptr;
    if (turn) ask.seq = turn->last_seq + 1;
    if (thread) ask.epoch = thread->last_epoch;
    return Orchestration::decide(ask, model);
}

Decision of_ingestion(const Command& asked, const Model& model, Decision right) {
    const auto* ask = std::get_if<IngestProviderEvent>(&asked);
    if (!ask) return right;
    switch (planted) {
    case Fault::delta_trimmed:
        return with<TextAppended>(std::move(right), [](TextAppended& event) {
            const std::string_view text = event.text;
            if (text.ends_with(' ')) event.text = text.substr(0, text.size() - 1);
        });
    case Fault::thinking_dropped:
        if (right && has<ThinkingAppended>(*right) && !has<TurnDispatched>(*right))
            return DecidedEvents{SeqAdvanced{.turn = ask->turn, .seq = ask->seq}};
        return right;
    case Fault::repeat_taken_as_next: return right && right->empty() ? taken_anyway(*ask, model) : right;
    case Fault::gap_accepted: return refused_as<rejection::ProviderGap>(right) ? taken_anyway(*ask, model) : right;
    case Fault::old_epoch_accepted:
        if (const auto* stale = right ? nullptr : std::get_if<rejection::StaleEpoch>(&right.error());
            stale && ask->epoch < stale->have)
            return taken_anyway(*ask, model);
        return right;
    case Fault::signature_dropped:
        return with<ThinkingAppended>(std::move(right), [](ThinkingAppended& event) { event.signature.reset(); });
    case Fault::output_emptied:
        return with<ToolCallFinished>(std::move(right), [](ToolCallFinished& event) { event.output = ""; });
    case Fault::large_text_refused:
        if (const auto* text = std::get_if<provider::TextDelta>(&ask->event); text && text->text.size() > 1000)
            return std::unexpected<Error>(rejection::TooLarge{.field = "text", .limit = 1000});
        return right;
    case Fault::ended_turn_hears:
        if (const auto* text = std::get_if<provider::TextDelta>(&ask->event);
            text && (refused_as<rejection::TurnTerminal>(right) || refused_as<rejection::StaleEpoch>(right)))
            return DecidedEvents{TextAppended{.turn = ask->turn,
                                              .seq = ask->seq,
                                              .block = 0,
                                              .text = std::string(text->text) + "!",
                                              .parent = text->parent}};
        return right;
    case Fault::next_event_refused:
        if (std::holds_alternative<provider::Notice>(ask->event))
            return std::unexpected<Error>(rejection::EmptyField{"text"});
        return right;
    default: return right;
    }
}

Decision of_removals(const Command& asked, const Model& model, Decision right) {
    switch (planted) {
    case Fault::deleted_thread_answers:
        if (const auto* ask = std::get_if<ArchiveThread>(&asked); ask && refused_as<rejection::ThreadNotFound>(right))
            return DecidedEvents{ThreadArchived{ask->thread}};
        return right;
    case Fault::revert_keeps_one_turn:
        return with<ThreadReverted>(std::move(right), [](ThreadReverted& event) {
            if (!event.removed_turns.empty()) event.removed_turns.pop_back();
        });
    case Fault::commit_while_reverting:
        if (const auto* ask = std::get_if<RequestCommit>(&asked); ask && refused_as<rejection::RevertInProgress>(right))
            return asked_after(asked, model, [&](Index& index) { index.threads.find(ask->thread)->revert.reset(); });
        return right;
    case Fault::reconcile_forgets_the_turn:
        if (std::holds_alternative<Reconcile>(asked) && right)
            erase(*right, [](const Event& event) { return !std::holds_alternative<SessionLost>(event); });
        return right;
    case Fault::reconcile_of_some_does_nothing:
        if (const auto* ask = std::get_if<Reconcile>(&asked); ask && !ask->live.empty()) return DecidedEvents{};
        return right;
    case Fault::lost_session_keeps_its_turn:
        if (std::holds_alternative<LoseSession>(asked) && right)
            erase(*right, [](const Event& event) { return !std::holds_alternative<SessionLost>(event); });
        return right;
    case Fault::busy_thread_archived:
        if (const auto* ask = std::get_if<ArchiveThread>(&asked); ask && refused_as<rejection::ThreadBusy>(right))
            return DecidedEvents{ThreadArchived{ask->thread}};
        return right;
    case Fault::version_not_looked_at:
        if (const auto* ask = std::get_if<UpdateThread>(&asked); ask && refused_as<rejection::VersionMismatch>(right)) {
            UpdateThread unguarded = *ask;
            unguarded.expected_version.reset();
            return Orchestration::decide(unguarded, model);
        }
        return right;
    case Fault::update_waits_for_other_projects:
        if (std::holds_alternative<UpdateThread>(asked) && !model->index.active_turns.empty() && right)
            return std::unexpected<Error>(rejection::ThreadBusy{model->index.active_turns.sorted().front()});
        return right;
    case Fault::checkpoint_ordinal_always_one:
        return with<CheckpointCreated>(std::move(right), [](CheckpointCreated& event) { event.ordinal = 1; });
    default: return right;
    }
}

Decision impure(const Command& asked, const Model& model, Decision right) {
    static unsigned calls = 0;
    if (planted == Fault::decide_counts_its_calls && ++calls % 7 == 0)
        return std::unexpected<Error>(rejection::EmptyField{"patience"});
    if (planted == Fault::decide_changes_the_model && std::holds_alternative<ArchiveThread>(asked)) {
        auto& changed = const_cast<Model&>(model); // NOLINT(cppcoreguidelines-pro-type-const-cast): the fault
        for (const Thread* thread : model->index.threads.sorted()) ++changed->index.threads.find(thread->id)->version;
    }
    if (planted == Fault::decide_reads_the_transcript && std::holds_alternative<RequestCommit>(asked) &&
        model->transcript.exchanges.empty())
        return std::unexpected<Error>(rejection::EmptyField{"transcript"});
    return right;
}

} // namespace

Decision faulty_decision(const Command& asked, const Model& model, Decision right) {
    right = impure(asked, model, std::move(right));
    right = of_turns(asked, model, std::move(right));
    right = of_slots(asked, std::move(right));
    right = of_ingestion(asked, model, std::move(right));
    return of_removals(asked, model, std::move(right));
}

} // namespace evenfold::orchestration::tests
