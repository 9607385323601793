#include "evenfold/cli/output/transcript_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;
using Json = codec::OrderedJson;

template <class Optional>
Json or_null(const Optional& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json or_null(const OptionalIndirect<CompactString>& text) {
    return text ? Json(text->view()) : Json(nullptr);
}

/// Parses JSON text. Returns the text itself if it is invalid or too deep.
Json value_of(const std::string& json_text) {
    if (!codec::is_shallow(json_text)) return json_text;
    Json value = Json::parse(json_text, nullptr, false);
    return value.is_discarded() ? Json(json_text) : value;
}

template <class Kind>
std::string main_agent_text(const Exchange& exchange) {
    std::string text;
    if (!exchange.reply) return text;
    for (const Block& block : exchange.reply->blocks) {
        const auto* said = std::get_if<Kind>(&block);
        if (said && !said->parent) text += said->text;
    }
    return text;
}

std::string input_of(const Exchange& exchange) {
    std::string text;
    if (!exchange.input) return text;
    for (const Block& block : exchange.input->blocks) {
        if (const auto* said = std::get_if<Text>(&block)) text += said->text;
    }
    return text;
}

/// Returns the blocks of the reply in order. Blocks without text are left out.
Json blocks_of(const Exchange& exchange, const TurnTimes& times) {
    Json blocks = Json::array();
    if (!exchange.reply) return blocks;
    for (std::size_t at = 0; at < exchange.reply->blocks.size(); ++at) {
        const Block& block = exchange.reply->blocks[at];
        const auto time = times.blocks.find(at);
        const Json at_ms = time == times.blocks.end() ? Json(nullptr) : Json(time->second.unix_ms);
        const auto add = [&](std::string_view type, std::string_view key, std::string_view value, const auto& parent) {
            if (value.empty() && type != "tool_call") return;
            blocks.push_back({{"type", type}, {key, value}, {"parent", or_null(parent)}, {"at_ms", at_ms}});
        };
        if (const auto* text = std::get_if<Text>(&block)) add("text", "text", text->text, text->parent);
        if (const auto* thinking = std::get_if<Thinking>(&block))
            add("thinking", "text", thinking->text, thinking->parent);
        if (const auto* use = std::get_if<ToolUse>(&block)) add("tool_call", "id", use->call_id, use->parent);
    }
    return blocks;
}

/// Returns the messages in the order of the reply.
Json messages_of(const Turn& turn) {
    std::vector<const AssistantMessage*> messages = turn.messages.sorted();
    std::ranges::sort(messages, {}, [](const AssistantMessage* one) { return std::pair(one->block, one->id); });
    Json all = Json::array();
    for (const AssistantMessage* message : messages) {
        all.push_back({{"id", std::string(message->id.view())},
                       {"agent", std::string(message->agent.view())},
                       {"session", std::string(message->session.view())},
                       {"model", or_null(message->model)},
                       {"sent_at", or_null(message->sent_at)},
                       {"parent", or_null(message->parent)},
                       {"discarded", message->discarded}});
    }
    return all;
}

/// Returns the model of the last message of the main agent.
Json model_of(const Turn& turn) {
    const AssistantMessage* last = nullptr;
    for (const AssistantMessage* message : turn.messages.sorted()) {
        const bool is_later = message->model && !message->parent && (!last || last->block <= message->block);
        if (is_later) last = message;
    }
    return last ? Json(std::string(last->model->view())) : Json(nullptr);
}

/// A call without a result in a turn that completed has a result that is not in the stream.
std::string_view shown_status(const Turn& turn, const ToolCall& call) {
    const bool is_unrecorded = call.status == ToolCallStatus::abandoned && turn.state == TurnState::completed;
    return is_unrecorded ? std::string_view("unrecorded") : name_of(call.status);
}

Json milliseconds(const std::optional<Instant>& at) {
    return at ? Json(at->unix_ms) : Json(nullptr);
}

Json tool_calls_of(const Turn& turn, const Exchange& exchange) {
    Json calls = Json::array();
    if (!exchange.reply) return calls;
    for (const Block& block : exchange.reply->blocks) {
        const auto* use = std::get_if<ToolUse>(&block);
        const ToolCall* call = use ? turn.tool_calls.find(use->call_id) : nullptr;
        if (!call) continue;
        const ToolOutput* output = exchange.outputs.find(use->call_id);
        calls.push_back({{"id", call->id.empty() ? Json(nullptr) : Json(call->id)},
                         {"name", call->name},
                         {"input", value_of(use->input)},
                         {"status", shown_status(turn, *call)},
                         {"output", output ? Json(output->output) : Json(nullptr)},
                         {"is_error", output ? Json(output->is_error) : Json(nullptr)},
                         {"parent", or_null(call->parent)}});
    }
    return calls;
}

Json approvals_of(const Index& index, const Turn& turn) {
    Json approvals = Json::array();
    for (const RequestId& id : turn.requests.in_order()) {
        const Request* request = index.find(id);
        if (!request) continue;
        approvals.push_back(
            {{"id", to_text(id)},
             {"provider_id", request->provider_id},
             {"tool_call", or_null(request->tool_call)},
             {"kind", Json::parse(codec::encode(request->kind))},
             {"state", name_of(request->state)},
             {"decision", request->decision ? Json::parse(codec::encode(*request->decision)) : Json(nullptr)}});
    }
    return approvals;
}

Json notices_of(const Exchange& exchange) {
    Json notices = Json::array();
    for (const NoticeEntry& notice : exchange.notices) {
        notices.push_back({{"level", name_of(notice.level)}, {"text", notice.text}});
    }
    return notices;
}

} // namespace

std::string to_json(const Model& model, const Turn& turn, const SessionRefs& sessions, const TurnTimes& times) {
    static const Exchange nothing{};
    const Exchange* found = model->transcript.exchanges.find(turn.id);
    const Exchange& exchange = found ? *found : nothing;
    const Json json{{"thread", to_text(turn.thread)},
                    {"turn", to_text(turn.id)},
                    {"session", or_null(sessions.of(turn))},
                    {"folder", or_null(sessions.folder_of(turn))},
                    {"ordinal", or_null(turn.ordinal)},
                    {"state", name_of(turn.state)},
                    {"model", model_of(turn)},
                    {"started_at_ms", milliseconds(times.started)},
                    {"ended_at_ms", milliseconds(times.ended)},
                    {"input", input_of(exchange)},
                    {"text", main_agent_text<Text>(exchange)},
                    {"thinking", main_agent_text<Thinking>(exchange)},
                    {"blocks", blocks_of(exchange, times)},
                    {"messages", messages_of(turn)},
                    {"tool_calls", tool_calls_of(turn, exchange)},
                    {"approvals", approvals_of(model->index, turn)},
                    {"usage", turn.usage ? Json::parse(codec::encode(*turn.usage)) : Json(nullptr)},
                    {"stop_reason", or_null(turn.stop_reason)},
                    {"error", or_null(turn.reason)},
                    {"notices", notices_of(exchange)}};
    return codec::compact_text(json);
}

} // namespace evenfold::cli
