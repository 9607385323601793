#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "evenfold/cli/recording/recorder.hpp"

// The part of Recorder for events between two turns, and after the last one.

namespace evenfold::cli {

using namespace orchestration;

namespace {

/// Returns the event that ends a turn as this one has ended.
ProviderEvent end_of(const Turn& turn) {
    const auto text = [](const OptionalIndirect<CompactString>& one) {
        return one ? std::optional(std::string(one->view())) : std::nullopt;
    };
    using provider::TurnOutcome;
    if (turn.state == TurnState::failed)
        return provider::ProviderError{.code = {}, .message = text(turn.reason).value_or(""), .fatal = true};
    const bool is_complete = turn.state == TurnState::completed;
    return provider::TurnComplete{.outcome = is_complete ? TurnOutcome::completed : TurnOutcome::interrupted,
                                  .stop_reason = text(is_complete ? turn.stop_reason : turn.reason),
                                  .usage = {}};
}

} // namespace

/// Records the events between two turns in the active turn.
void Recorder::ingest_held() {
    for (ProviderEvent& held : held_.take()) {
        if (coalesce(held)) continue; // it may be longer than the domain's limit
        flush();
        ingest(std::move(held));
    }
    flush();
}

/// Adds events that belong to no turn of the stream to the cut turn, if the stream is the rest of its recording.
void Recorder::add_held_to_cut_turn() {
    if (turn_ || repeated_ || held_.empty() || !continues_cut_turn(held_.front())) return;
    load_recorded_turn(*known_.cut_turn());
    if (repeated_ && !held_.empty()) continue_recorded_turn(repeated_->id());
    repeated_.reset();
}

/// Removes the held events that the turn before them contains, because it was the last one of an earlier recording.
void Recorder::subtract_held() {
    if (!last_rest_) return;
    std::map<std::optional<std::string>, std::string> current; // message by parent
    std::set<std::string> continued;                           // messages with new content, which stay
    const auto keep = [&](const auto& one) {
        if constexpr (requires { one.parent; }) continued.insert(current[one.parent]);
    };
    recorded_.repeated_events += kernel_.read([&](const Model& model, Sequence) {
        return held_.remove_if([&](ProviderEvent& held) {
            const auto* message = std::get_if<provider::MessageStarted>(&held);
            if (message) current[message->parent] = message->message_id;
            if (last_rest_->subtract(model, held)) return !message;
            std::visit(keep, held);
            return false;
        });
    });
    recorded_.repeated_events += held_.remove_if([&](const ProviderEvent& held) {
        const auto* message = std::get_if<provider::MessageStarted>(&held);
        return message && !continued.contains(message->message_id);
    });
    last_rest_.reset();
}

/// Records events that follow the last turn of the stream in that turn, which ends again as it had ended. Without such
/// a turn, or if others follow it in the thread, they stay held.
void Recorder::add_held_to_last_turn() {
    if (turn_ || repeated_ || !last_turn_ || held_.empty()) return;
    subtract_held();
    const auto end = kernel_.read([&](const Model& model, Sequence) -> std::optional<ProviderEvent> {
        const Turn* turn = model->index.find(*last_turn_);
        if (!turn || !is_terminal(turn->state)) return std::nullopt;
        seq_ = turn->last_seq;
        return decide(ContinueTurn{turn->id}, model) ? std::optional(end_of(*turn)) : std::nullopt;
    });
    if (!end || held_.empty()) return;
    if (session_ref_.empty()) session_ref_ = known_.session_of(*last_turn_);
    bind_session();
    add_command(Actor::provider, ContinueTurn{*last_turn_});
    turn_ = last_turn_;
    ingest_held();
    ingest(*end);
    turn_.reset();
}

} // namespace evenfold::cli
