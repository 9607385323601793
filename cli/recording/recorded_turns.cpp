#include "evenfold/cli/recording/recorded_turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace evenfold::cli {

using namespace orchestration;

namespace {

std::string identity_of(std::string_view agent, std::string_view session, std::string_view message) {
    return fmt::format("{}\n{}\n{}", agent, session, message);
}

/// Returns the id of the message to which the block belongs; empty if there is none.
std::string message_id_of(const std::vector<const AssistantMessage*>& messages, std::size_t block,
                          const OptionalIndirect<CompactString>& parent) {
    const AssistantMessage* message = message_of(messages, block, parent);
    return message ? std::string(message->id.view()) : std::string();
}

/// Subtracts up to `size` from `left`, and returns how much it was.
std::size_t take_from(std::uint64_t& left, std::size_t size) {
    const std::size_t taken = std::min<std::uint64_t>(left, size);
    left -= taken;
    return taken;
}

} // namespace

bool is_cut_off(const Turn& turn) {
    const std::string_view reason = turn.reason ? turn.reason->view() : std::string_view();
    if (turn.state == TurnState::interrupted) return reason == end_of_stream;
    return turn.state == TurnState::failed && reason.starts_with(truncation_code);
}

bool has_input(const Model& model, const TurnId& turn, std::string_view text) {
    const Exchange* exchange = model->transcript.exchanges.find(turn);
    if (!exchange || !exchange->input || exchange->input->blocks.empty()) return false;
    const auto* first = std::get_if<Text>(&exchange->input->blocks[0]);
    return first && first->text == text;
}

TurnRemainder::TurnRemainder(const Model& model, const Turn& turn) : id_(turn.id), state_(turn.state) {
    const std::vector<const AssistantMessage*> messages = turn.messages.sorted();
    for (const AssistantMessage* message : messages)
        messages_[std::string(message->id.view())].discarded = message->discarded;
    const Exchange* exchange = model->transcript.exchanges.find(turn.id);
    if (exchange && exchange->reply) {
        for (std::size_t at = 0; at < exchange->reply->blocks.size(); ++at) {
            const Block& block = exchange->reply->blocks[at];
            if (const auto* text = std::get_if<Text>(&block))
                messages_[message_id_of(messages, at, text->parent)].text_bytes += text->text.size();
            const auto* thinking = std::get_if<Thinking>(&block);
            if (!thinking) continue;
            RecordedContent& content = messages_[message_id_of(messages, at, thinking->parent)];
            content.thinking_bytes += thinking->text.size();
            content.signatures += thinking->signature ? 1 : 0;
        }
    }
    for (const ToolCall* call : turn.tool_calls.sorted()) {
        const bool has_result = call->status != ToolCallStatus::running && call->status != ToolCallStatus::abandoned;
        calls_[std::string(call->id.view())] = has_result;
    }
    for (const RequestId& request : turn.requests.in_order()) requests_.insert(request);
    if (!exchange) return;
    for (const NoticeEntry& notice : exchange->notices) notices_.insert(notice.text);
}

bool TurnRemainder::subtract(ProviderEvent& event) {
    return std::visit([&](auto& one) { return on(one); }, event);
}

/// Returns the content of the message that `parent` writes, or null if the turn does not contain the message.
TurnRemainder::RecordedContent* TurnRemainder::current(const std::optional<std::string>& parent) {
    const auto message = current_message_.find(parent);
    const auto found = messages_.find(message == current_message_.end() ? std::string() : message->second);
    return found == messages_.end() ? nullptr : &found->second;
}

bool TurnRemainder::on(provider::MessageStarted& event) {
    current_message_[event.parent] = event.message_id;
    return messages_.contains(event.message_id);
}

bool TurnRemainder::on(provider::TextDelta& event) {
    RecordedContent* content = current(event.parent);
    if (!content) return false;
    if (content->discarded) return true;
    event.text.erase(0, take_from(content->text_bytes, event.text.size()));
    return event.text.empty();
}

bool TurnRemainder::on(provider::ThinkingDelta& event) {
    RecordedContent* content = current(event.parent);
    if (!content) return false;
    if (content->discarded) return true;
    event.text.erase(0, take_from(content->thinking_bytes, event.text.size()));
    if (event.signature && take_from(content->signatures, 1) == 1) event.signature.reset();
    return event.text.empty() && !event.signature;
}

bool TurnRemainder::on(provider::Notice& event) {
    const auto found = notices_.find(event.text);
    if (found == notices_.end()) return false;
    notices_.erase(found);
    return true;
}

bool TurnRemainder::on(provider::ToolResult& event) {
    const auto call = calls_.find(event.call_id);
    return call != calls_.end() && call->second;
}

/// Other events change nothing if they are recorded again, or are compared by their ids.
template <class Other>
bool TurnRemainder::on(Other& event) {
    if constexpr (std::is_same_v<Other, provider::ToolCall>) return calls_.contains(event.call_id);
    if constexpr (std::is_same_v<Other, provider::MessageDiscarded>) {
        const auto found = messages_.find(event.message_id);
        return found != messages_.end() && found->second.discarded;
    }
    if constexpr (std::is_same_v<Other, provider::AwaitingApproval> ||
                  std::is_same_v<Other, provider::ApprovalResolved>)
        return requests_.contains(derive<RequestTag>(id_, "request", event.request_id));
    return false;
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
    const auto before = std::ranges::find(turns_, after.value_or(TurnId{}), &RecordedTurn::id);
    const auto next = before == turns_.end() ? turns_.begin() : std::next(before);
    return next == turns_.end() || next->has_messages ? std::nullopt : std::optional(next->id);
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
