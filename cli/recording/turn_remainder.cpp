#include "evenfold/cli/recording/turn_remainder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/core/decider/orchestration/content.hpp"

namespace evenfold::cli {

using namespace orchestration;

namespace {

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

TurnRemainder::TurnRemainder(const Model& model, const Turn& turn) : id_(turn.id) {
    const std::vector<const AssistantMessage*> messages = turn.messages.sorted();
    for (const AssistantMessage* message : messages)
        messages_[std::string(message->id.view())].discarded = message->discarded;
    const Exchange* exchange = model->transcript.exchanges.find(turn.id);
    if (exchange && exchange->reply) {
        for (std::size_t at = 0; at < exchange->reply->blocks.size(); ++at) {
            const Block& block = exchange->reply->blocks[at];
            if (const auto* text = std::get_if<Text>(&block))
                messages_[message_id_of(messages, at, text->parent)].text_bytes += text->text.size();
            const auto* use = std::get_if<ToolUse>(&block);
            if (use && !nlohmann::json::accept(use->input.view()))
                calls_[std::string(use->call_id)].cut_input = std::string(use->input);
            const auto* thinking = std::get_if<Thinking>(&block);
            if (!thinking) continue;
            RecordedContent& content = messages_[message_id_of(messages, at, thinking->parent)];
            content.thinking_bytes += thinking->text.size();
            content.signatures += thinking->signature ? 1 : 0;
        }
    }
    for (const ToolCall* call : turn.tool_calls.sorted()) {
        const bool has_result = call->status != ToolCallStatus::running && call->status != ToolCallStatus::abandoned;
        calls_[std::string(call->id.view())].has_result = has_result;
    }
    for (const RequestId& request : turn.requests.in_order()) requests_.insert(request);
    if (!exchange) return;
    for (const NoticeEntry& notice : exchange->notices) notices_.insert(notice.text);
}

bool TurnRemainder::subtract(const Model& model, ProviderEvent& event) {
    return complete_call(event) || std::visit([&](auto& one) { return on(one); }, event) ||
           has_notices_of(model, event);
}

/// Returns whether the domain would only add notices for the event, and the turn contains them: for an error that is
/// not fatal, a result of an unknown call, or content over a limit.
bool TurnRemainder::has_notices_of(const Model& model, const ProviderEvent& event) {
    const Turn* turn = notices_.empty() ? nullptr : model->index.find(id_);
    if (!turn) return false;
    const Decision decision = decide_content(model->index, *turn, 0, turn->last_seq + 1, event);
    if (!decision || decision->empty()) return false;
    std::multiset<std::string> taken;
    for (const Event& made : *decision) {
        const auto* notice = std::get_if<NoticeAdded>(&made);
        const auto found = notice ? notices_.find(std::string(notice->text)) : notices_.end();
        if (found == notices_.end()) {
            notices_.merge(taken);
            return false;
        }
        taken.insert(notices_.extract(found));
    }
    return true;
}

/// Makes a notice of a call whose input is whole only now. Returns whether the turn has that notice already.
bool TurnRemainder::complete_call(ProviderEvent& event) {
    const auto* call = std::get_if<provider::ToolCall>(&event);
    const auto recorded = call ? calls_.find(call->call_id) : calls_.end();
    if (recorded == calls_.end() || recorded->second.cut_input.empty() || recorded->second.cut_input == call->input)
        return false;
    event = provider::Notice{.level = NoticeLevel::info,
                             .text = fmt::format("the whole input of tool call {}: {}", call->call_id, call->input)};
    return on(std::get<provider::Notice>(event));
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
    event.text = event.text.view().substr(take_from(content->text_bytes, event.text.size()));
    return event.text.empty();
}

bool TurnRemainder::on(provider::ThinkingDelta& event) {
    RecordedContent* content = current(event.parent);
    if (!content) return false;
    if (content->discarded) return true;
    event.text = event.text.view().substr(take_from(content->thinking_bytes, event.text.size()));
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
    return call != calls_.end() && call->second.has_result;
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

} // namespace evenfold::cli
