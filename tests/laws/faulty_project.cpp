#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/faulty.hpp"

namespace evenfold::orchestration::tests {
namespace {

void count(Model& after, const Event& event) {
    static std::uint64_t folded = 0;
    const auto* created = std::get_if<ThreadCreated>(&event);
    if (!created) return;
    if (Thread* thread = after->index.threads.find(created->thread)) thread->title = std::to_string(++folded);
}

void of_threads(const Model& before, Model& after, const Event& event) {
    const auto* deleted = std::get_if<ThreadDeleted>(&event);
    const Thread* gone = deleted ? before->index.find(deleted->thread) : nullptr;
    if (planted == Fault::turn_outlives_its_thread && gone && !gone->turns.empty()) {
        const TurnId id = gone->turns.front();
        if (const Turn* turn = before->index.find(id)) after->index.turns.insert(*turn);
        if (const Exchange* said = before->transcript.exchanges.find(id)) after->transcript.exchanges.insert(*said);
    }
    if (planted == Fault::garbage_forgotten && gone) after->index.garbage = before->index.garbage;
    const auto* created = std::get_if<ThreadCreated>(&event);
    if (planted == Fault::live_thread_retired && created) after->index.retired.insert(created->thread.uuid);
}

void of_turns(const Model& before, Model& after, const Event& event) {
    const auto* started = std::get_if<TurnStarted>(&event);
    if (planted == Fault::turn_not_listed && started) {
        if (Thread* thread = after->index.threads.find(started->thread)) thread->turns.erase(started->turn);
    }
    const auto* cancelled = std::get_if<TurnCancelled>(&event);
    const Turn* turn = cancelled ? before->index.find(cancelled->turn) : nullptr;
    if (planted == Fault::hold_kept_without_queue && turn) {
        if (Thread* thread = after->index.threads.find(turn->thread))
            thread->hold = before->index.find(turn->thread)->hold;
    }
    const auto* asked = std::get_if<ApprovalRequested>(&event);
    if (planted == Fault::awaiting_forgotten && asked) {
        if (Turn* waiting = after->index.turns.find(asked->turn)) waiting->state = TurnState::running;
    }
    const auto* kept = std::get_if<CheckpointGitRefAssigned>(&event);
    Checkpoint* checkpoint = kept ? after->index.checkpoints.find(kept->checkpoint) : nullptr;
    if (planted == Fault::slot_resolved_again && checkpoint)
        checkpoint->ref = Assigned<CheckpointRef>{{.git_ref = kept->git_ref, .files = kept->files}};
    if (planted == Fault::ref_tells_how_many_wait && checkpoint)
        checkpoint->label = std::to_string(after->index.pending_checkpoints.size());
    const auto* failed = std::get_if<CheckpointFailed>(&event);
    if (planted == Fault::pending_checkpoint_kept && failed)
        after->index.pending_checkpoints.insert(failed->checkpoint);
}

} // namespace

Model faulty_projection(const Model& before, const Event& event, Model after) {
    if (planted == Fault::project_changes_at_unknown && std::holds_alternative<Unknown>(event))
        after->index.retired.insert(Uuid{});
    if (planted == Fault::project_counts_in_a_static) count(after, event);
    const auto* text = std::get_if<TextAppended>(&event);
    if (planted == Fault::chunk_dropped && text && !text->text.empty() && text->text.view().back() >= '\x7f')
        return before;
    if (planted == Fault::chunk_dropped && text && text->text.size() == 44) return before;
    if (planted == Fault::discarded_text_kept && std::holds_alternative<AssistantMessageDiscarded>(event))
        after->transcript = before->transcript;
    of_threads(before, after, event);
    of_turns(before, after, event);
    return after;
}

std::vector<Effect> faulty_effects(const Model& model, std::vector<Effect> right) {
    static std::uint64_t made = 0;
    for (Effect& effect : right) {
        if (planted == Fault::effect_ids_counted) effect.id.uuid.bytes[0] = static_cast<std::uint8_t>(++made);
    }
    if (planted == Fault::capture_only_in_a_session) {
        std::erase_if(right, [&](const Effect& effect) {
            const auto* capture = std::get_if<CaptureCheckpoint>(&effect.body);
            const Thread* thread = capture ? model->index.find(capture->thread) : nullptr;
            return thread && !thread->session;
        });
    }
    if (planted == Fault::nothing_outstanding) return {};
    if (planted == Fault::release_forgotten)
        std::erase_if(right, [](const Effect& effect) { return std::holds_alternative<Release>(effect.body); });
    if (planted != Fault::capture_kept_when_confirmed) return right;
    for (const Checkpoint* checkpoint : model->index.checkpoints.sorted()) {
        if (!assigned(checkpoint->ref)) continue;
        right.push_back({.id = derive<EffectTag>(checkpoint->id, "capture"),
                         .body = CaptureCheckpoint{.checkpoint = checkpoint->id, .thread = checkpoint->thread}});
    }
    return right;
}

} // namespace evenfold::orchestration::tests
