#include <algorithm>

#include "evenfold/cli/recording/recorder.hpp"
#include "evenfold/cli/recording/recording_target.hpp"
#include "evenfold/cli/recording/stream_events.hpp"

// The part of Recorder for streams that repeat or continue what the thread already contains.

namespace evenfold::cli {

using namespace orchestration;

namespace {

Usage* usage_in(ProviderEvent& event) {
    if (auto* report = std::get_if<provider::UsageReport>(&event)) return &report->usage;
    auto* done = std::get_if<provider::TurnComplete>(&event);
    return done && done->usage ? &*done->usage : nullptr;
}

/// Returns whether the event only reports the end of a recording.
bool is_truncation(const ProviderEvent& event) {
    const auto* error = std::get_if<provider::ProviderError>(&event);
    return error && error->code == truncation_code;
}

} // namespace

/// Removes the part of `event` that the thread already contains. Returns whether nothing is left to record.
bool Recorder::subtract_recorded(ProviderEvent& event) {
    if (!turn_ && begins_turn(event)) enter_recorded_turn(event);
    if (!repeated_) return false;
    if (ends_turn(event)) return leave_recorded_turn(event);
    if (pause_in(event) || std::holds_alternative<provider::UsageReport>(event)) return !turn_;
    if (kernel_.read([&](const Model& model, Sequence) { return repeated_->subtract(model, event); })) return true;
    if (!turn_ && begins_turn(event)) continue_recorded_turn(repeated_->id());
    return false;
}

/// Finds the recorded turn in which `event` is, unless the stream is already in it.
void Recorder::enter_recorded_turn(const ProviderEvent& event) {
    if (repeated_ && !std::holds_alternative<provider::MessageStarted>(event)) return;
    if (const auto found = recorded_turn(event); found && (!repeated_ || repeated_->id() != *found))
        load_recorded_turn(*found);
    else if (!found && !repeated_ && continues_left_turn(event))
        load_recorded_turn(*left_turn_);
    else if (!found && !repeated_ && continues_cut_turn(event))
        load_recorded_turn(*known_.cut_turn());
}

std::optional<TurnId> Recorder::recorded_turn(const ProviderEvent& event) const {
    const auto found = known_.find(event, last_repeated_);
    if (!found || std::holds_alternative<provider::MessageStarted>(event)) return found;
    // A turn without messages is the same if its text is.
    const bool is_unanswered = !prompts_.empty() && known_.has_unanswered(prompts_.front());
    if ((!known_.knows(session_ref_) && !is_unanswered) || found == left_turn_) return std::nullopt;
    return kernel_.read([&](const Model& model, Sequence) -> std::optional<TurnId> {
        const Turn* turn = model->index.find(*found);
        ProviderEvent rest = event;
        const bool is_other = !prompts_.empty() && !has_input(model, *found, prompts_.front());
        if (is_other && !has_input(model, *found, unknown_prompt)) return std::nullopt;
        const bool is_same = turn && (TurnRemainder(model, *turn).subtract(model, rest) || ends_turn(event));
        return is_same ? found : std::nullopt;
    });
}

/// Returns whether the stream goes on in the turn that a killed process left open: it does not describe its session
/// again, or that turn has no messages yet.
bool Recorder::continues_left_turn(const ProviderEvent& event) const {
    if (!left_turn_) return false;
    const auto* message = std::get_if<provider::MessageStarted>(&event);
    const bool is_of_session =
        left_session_ && (message ? message->session : CompactString(session_ref_)) == left_session_->session_ref;
    if (!has_description_) return !message || (is_of_session && !message->session.empty());
    return is_of_session && kernel_.read([&](const Model& model, Sequence) {
        const Turn* turn = model->index.find(*left_turn_);
        return turn && turn->messages.empty() && turn->blocks == 0;
    });
}

/// Returns whether the stream is the rest of the recording whose end cut off the last turn: it does not describe its
/// session, and begins inside a message, or with one of the same session.
bool Recorder::continues_cut_turn(const ProviderEvent& event) const {
    const auto cut = known_.cut_turn();
    if (!cut || has_description_ || has_begun_turn_) return false;
    const auto* message = std::get_if<provider::MessageStarted>(&event);
    const std::string session = known_.session_of(*cut);
    if (message) return !message->session.empty() && (session.empty() || message->session == session);
    const auto* error = std::get_if<provider::ProviderError>(&event);
    return !error || !error->fatal;
}

/// Returns whether the prompt is that of the cut turn, to which the agent had not yet reacted.
bool Recorder::repeats_cut_prompt(const std::string& prompt) const {
    const auto cut = known_.cut_turn();
    if (!cut || has_begun_turn_) return false;
    return kernel_.read([&](const Model& model, Sequence) {
        const Turn* turn = model->index.find(*cut);
        return turn && turn->messages.empty() && turn->blocks == 0 && has_input(model, *cut, prompt);
    });
}

/// Records the rest of a recorded turn: in the turn itself if it may continue, otherwise in another turn.
void Recorder::continue_recorded_turn(const TurnId& first) {
    const TurnId turn = known_.last_part_of(first);
    const auto last_seq = kernel_.read([&](const Model& model, Sequence) -> std::optional<std::uint64_t> {
        const Turn* found = model->index.find(turn);
        return found && decide(ContinueTurn{turn}, model) ? std::optional(found->last_seq) : std::nullopt;
    });
    // The model does not yet have the turns that this stream has begun.
    if (!last_seq || has_begun_turn_) return begin_turn(std::string(continuation_input));
    has_begun_turn_ = true;
    if (session_ref_.empty()) session_ref_ = known_.session_of(turn);
    bind_session();
    add_command(Actor::provider, ContinueTurn{turn});
    turn_ = turn;
    seq_ = *last_seq;
    is_continued_ = true;
    is_described_again_ = false;
    ++recorded_.turns;
    ingest_held();
}

void Recorder::load_recorded_turn(const TurnId& turn) {
    subtract_held();
    kernel_.read([&](const Model& model, Sequence) {
        const Turn* found = model->index.find(turn);
        if (!found) return;
        repeated_.emplace(model, *found);
        held_.remove_if([&](ProviderEvent& held) { return repeated_->subtract(model, held); });
    });
    if (!repeated_) return;
    last_repeated_ = turn;
    if (!prompts_.empty()) prompts_.pop_front();
    if (turn == left_turn_) resume_left_turn();
}

/// Goes on in the turn that a killed process left open.
void Recorder::resume_left_turn() {
    turn_ = std::exchange(left_turn_, std::nullopt);
    seq_ = kernel_.read([&](const Model& model, Sequence) {
        const Turn* turn = model->index.find(*turn_);
        return turn ? turn->last_seq : 0;
    });
    ++recorded_.turns;
    if (const auto session = std::exchange(left_session_, std::nullopt)) {
        is_bound_ = true;
        bound_ref_ = std::string(session->session_ref);
        if (session_ref_.empty()) session_ref_ = bound_ref_;
        epoch_ = session->epoch;
    }
    ingest_held();
}

/// Ends the repetition of a turn. A turn whose recording was cut off gets the end that the stream has for it.
bool Recorder::leave_recorded_turn(const ProviderEvent& event) {
    last_rest_ = std::exchange(repeated_, std::nullopt);
    const TurnId first = last_rest_->id();
    if (turn_) return false;
    has_cost_ = has_cost_ || has_description_; // the stream counts its cost from before this turn
    const bool is_missing = kernel_.read([&](const Model& model, Sequence) {
        const Turn* turn = model->index.find(known_.last_part_of(first));
        const auto* done = std::get_if<provider::TurnComplete>(&event);
        const bool is_complete = done && done->outcome == provider::TurnOutcome::completed;
        return turn && turn->state != TurnState::completed && (is_complete || is_cut_off(*turn)) &&
               (!is_truncation(event) || !held_.empty());
    });
    if (is_missing) {
        continue_recorded_turn(first);
        return false;
    }
    ++recorded_.repeated_turns;
    last_turn_ = known_.last_part_of(first);
    if (last_turn_ == first) return true;
    kernel_.read([&](const Model& model, Sequence) {
        if (const Turn* part = model->index.find(*last_turn_)) last_rest_.emplace(model, *part);
    });
    return true;
}

/// Closes what a killed process left open, because the stream does not continue it.
void Recorder::close_left_turn() {
    if (!left_turn_ && !left_session_) return;
    left_turn_.reset();
    left_session_.reset();
    if (auto closed = close_abandoned(kernel_, thread_); !closed) refusal_ = std::move(closed.error());
    fail_pending_checkpoints();
}

void Recorder::fail_pending_checkpoints() {
    kernel_.read([&](const Model& model, Sequence) {
        const Thread* thread = model->index.find(thread_);
        if (!thread) return;
        for (const CheckpointId& checkpoint : thread->pending_checkpoints.in_order()) fail_checkpoint(checkpoint);
    });
}

/// Begins a turn for the last prompt if the agent has not reacted to it, unless the thread already contains it: in the
/// turn after the last one of the stream, or anywhere if the stream has no other turn.
void Recorder::begin_unanswered_turn() {
    if (turn_ || repeated_ || prompts_.empty() || is_ended_elsewhere_) return;
    const std::string prompt = prompts_.back();
    prompts_.clear();
    const bool is_recorded = kernel_.read([&](const Model& model, Sequence) {
        const auto next = known_.next_after(last_turn_);
        if (last_turn_) return next && has_input(model, *next, prompt);
        const Thread* thread = model->index.find(thread_);
        const auto turns = thread ? thread->turns.in_order() : std::vector<TurnId>();
        return std::ranges::any_of(turns, [&](const TurnId& turn) { return has_input(model, turn, prompt); });
    });
    if (!is_recorded) begin_turn(prompt);
}

/// A resumed session restores its cost, so that its first total contains the cost of the turns before this one.
void Recorder::subtract_restored_cost(ProviderEvent& event) {
    Usage* usage = usage_in(event);
    if (!usage || !usage->cost_usd_micros || std::exchange(has_cost_, true)) return;
    const std::uint64_t own = kernel_.read([&](const Model& model, Sequence) -> std::uint64_t {
        const Turn* turn = turn_ && is_continued_ ? model->index.find(*turn_) : nullptr;
        return turn && turn->usage ? turn->usage->cost_usd_micros.value_or(0) : 0;
    });
    const std::uint64_t before = std::max(known_.cost_of(session_ref_), own) - own;
    if (*usage->cost_usd_micros >= before) *usage->cost_usd_micros -= before;
}

std::expected<void, Refusal> Recorder::begin_waiting_turn() {
    const bool may_repeat = repeated_ || left_turn_ || known_.knows(session_ref_);
    if (turn_ || is_ended_elsewhere_ || !is_described_again_ || may_repeat) return {};
    const auto hold = journal_.hold();
    if (!hold) return std::unexpected(hold.error());
    if (auto changes = read_changes(); !changes) return changes;
    begin_turn({});
    return submit_commands();
}

} // namespace evenfold::cli
