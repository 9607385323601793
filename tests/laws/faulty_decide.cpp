#include <algorithm>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/faulty.hpp"

namespace evenfold::orchestration::tests {
namespace {

template <class Wanted>
bool has(const Events& events) {
    return std::ranges::any_of(events, [](const Event& event) { return std::holds_alternative<Wanted>(event); });
}

template <class Gone>
Decision without(Decision right) {
    if (right) std::erase_if(*right, [](const Event& event) { return std::holds_alternative<Gone>(event); });
    return right;
}

template <class Reason>
bool refused_as(const Decision& right) {
    return !right && std::holds_alternative<Reason>(right.error());
}

/// The answer with `change` made to each event of that kind.
template <class Kind, class Change>
Decision with(Decision right, Change change) {
    if (!right) return right;
    for (Event& event : *right) {
        if (auto* wanted = std::get_if<Kind>(&event)) change(*wanted);
    }
    return right;
}

/// What would be answered if `change` were made to the model first.
template <class Change>
Decision asked_after(const Command& asked, const Model& model, Change change) {
    Model changed = model;
    change(*changed.index);
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
            std::erase_if(*right, [](const Event& event) {
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
                                 [&](TurnStarted& event) { event.ordinal = model.index->turns.size() + 1; });
    case Fault::interrupted_again: interrupt_again(asked, right); return right;
    case Fault::force_stop_refused_while_awaiting:
        if (const auto* ask = std::get_if<ForceStopTurn>(&asked)) {
            const Turn* turn = model.index->find(ask->turn);
            if (turn && turn->state == TurnState::awaiting)
                return std::unexpected<Error>(rejection::ThreadNotBusy{turn->thread});
        }
        return right;
    default: return right;
    }
}

Decision of_slots(const Command& asked, Decision right) {
    const auto* ask = std::get_if<AssignCheckpointRef>(&asked);
    if (!ask) return right;
    const Events again{
        CheckpointGitRefAssigned{.checkpoint = ask->checkpoint, .git_ref = ask->git_ref, .files = ask->files}};
    if (planted == Fault::slot_resolved_again && refused_as<rejection::SlotAlreadyResolved>(right)) return again;
    if (planted == Fault::slot_confirmed_twice && right && right->empty()) return again;
    return right;
}

/// The provider event as it would be if the fault's rule did not matter.
Decision taken_anyway(IngestProviderEvent ask, const Model& model) {
    const Turn* turn = model.index->find(ask.turn);
    const Thread* thread = turn ? model.index->find(turn->thread) : nullptr;
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
            if (event.text.ends_with(' ')) event.text.pop_back();
        });
    case Fault::thinking_dropped:
        if (right && has<ThinkingAppended>(*right) && !has<TurnDispatched>(*right))
            return Events{SeqAdvanced{.turn = ask->turn, .seq = ask->seq}};
        return right;
    case Fault::repeat_taken_as_next: return right && right->empty() ? taken_anyway(*ask, model) : right;
    case Fault::gap_accepted: return refused_as<rejection::ProviderGap>(right) ? taken_anyway(*ask, model) : right;
    case Fault::old_epoch_accepted: return refused_as<rejection::StaleEpoch>(right) ? taken_anyway(*ask, model) : right;
    case Fault::ended_turn_hears:
        if (const auto* text = std::get_if<provider::TextDelta>(&ask->event);
            text && (refused_as<rejection::TurnTerminal>(right) || refused_as<rejection::StaleEpoch>(right)))
            return Events{TextAppended{
                .turn = ask->turn, .seq = ask->seq, .block = 0, .text = text->text + "!", .parent = text->parent}};
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
            return Events{ThreadArchived{ask->thread}};
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
            std::erase_if(*right, [](const Event& event) { return !std::holds_alternative<SessionLost>(event); });
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
        for (const Thread* thread : model.index->threads.sorted()) ++changed.index->threads.find(thread->id)->version;
    }
    if (planted == Fault::decide_reads_the_transcript && std::holds_alternative<RequestCommit>(asked) &&
        model.transcript->exchanges.empty())
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
