#include "evenfold/cli/recording/recorded_turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <variant>

namespace evenfold::cli {

using namespace orchestration;

namespace {

std::string identity_of(std::string_view agent, std::string_view session, std::string_view message) {
    return fmt::format("{}\n{}\n{}", agent, session, message);
}

/// Returns the input of the turn, or nothing if it has no text.
std::optional<std::string_view> input_of(const Model& model, const TurnId& turn) {
    const Exchange* exchange = model->transcript.exchanges.find(turn);
    if (!exchange || !exchange->input || exchange->input->blocks.empty()) return std::nullopt;
    const auto* first = std::get_if<Text>(&exchange->input->blocks[0]);
    return first ? std::optional(first->text.view()) : std::nullopt;
}

} // namespace

bool is_cut_off(const Turn& turn) {
    const std::string_view reason = turn.reason ? turn.reason->view() : std::string_view();
    if (turn.state == TurnState::interrupted) return reason == end_of_stream;
    return turn.state == TurnState::failed && reason.starts_with(truncation_code);
}

bool has_input(const Model& model, const TurnId& turn, std::string_view text) {
    return input_of(model, turn) == text;
}

RecordedTurns::RecordedTurns(const Model& model, const Thread& thread) {
    for (const TurnId& id : thread.turns.in_order()) {
        const Turn* turn = model->index.find(id);
        if (!turn) continue;
        std::set<std::string> sessions;
        const AssistantMessage* last = nullptr;
        for (const AssistantMessage* message : turn->messages.sorted()) {
            sessions.emplace(message->session.view());
            if (!last || last->block <= message->block) last = message;
            messages_.emplace(identity_of(message->agent.view(), message->session.view(), message->id.view()), id);
        }
        turns_.push_back({.id = id,
                          .has_messages = last != nullptr,
                          .continues = has_input(model, id, continuation_input),
                          .session = std::string(last ? last->session.view() : std::string_view())});
        const auto input = last ? std::nullopt : input_of(model, id);
        if (input) unanswered_.emplace(*input);
        cut_turn_ = is_cut_off(*turn) ? std::optional(id) : std::nullopt;
        const std::uint64_t cost = turn->usage ? turn->usage->cost_usd_micros.value_or(0) : 0;
        for (const std::string& session : sessions) costs_[session] += cost;
    }
}

std::optional<TurnId> RecordedTurns::find(const ProviderEvent& event, const std::optional<TurnId>& after) const {
    if (const auto* message = std::get_if<provider::MessageStarted>(&event)) {
        const auto found = messages_.find(identity_of(message->agent, message->session, message->message_id));
        return found == messages_.end() ? std::nullopt : std::optional(found->second);
    }
    const auto next = std::ranges::find(turns_, next_after(after).value_or(TurnId{}), &RecordedTurn::id);
    return next == turns_.end() || next->has_messages ? std::nullopt : std::optional(next->id);
}

std::optional<TurnId> RecordedTurns::next_after(const std::optional<TurnId>& turn) const {
    auto next = turns_.begin();
    if (turn) {
        next = std::ranges::find(turns_, *turn, &RecordedTurn::id);
        if (next != turns_.end()) ++next;
    }
    return next == turns_.end() ? std::nullopt : std::optional(next->id);
}

TurnId RecordedTurns::last_part_of(const TurnId& turn) const {
    auto part = std::ranges::find(turns_, turn, &RecordedTurn::id);
    if (part == turns_.end()) return turn;
    while (std::next(part) != turns_.end() && std::next(part)->continues) ++part;
    return part->id;
}

std::string RecordedTurns::session_of(const TurnId& turn) const {
    const auto found = std::ranges::find(turns_, turn, &RecordedTurn::id);
    return found == turns_.end() ? std::string() : found->session;
}

std::uint64_t RecordedTurns::cost_of(const std::string& session) const {
    const auto found = costs_.find(session);
    return found == costs_.end() ? 0 : found->second;
}

} // namespace evenfold::cli
