#include "evenfold/cli/output/transcript_json.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"
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
                         {"status", name_of(call->status)},
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

std::string to_json(const Model& model, const Turn& turn, const SessionRefs& sessions) {
    static const Exchange nothing{};
    const Exchange* found = model->transcript.exchanges.find(turn.id);
    const Exchange& exchange = found ? *found : nothing;
    const Json json{{"thread", to_text(turn.thread)},
                    {"turn", to_text(turn.id)},
                    {"session", or_null(sessions.of(turn))},
                    {"ordinal", or_null(turn.ordinal)},
                    {"state", name_of(turn.state)},
                    {"input", input_of(exchange)},
                    {"text", main_agent_text<Text>(exchange)},
                    {"thinking", main_agent_text<Thinking>(exchange)},
                    {"tool_calls", tool_calls_of(turn, exchange)},
                    {"approvals", approvals_of(model->index, turn)},
                    {"usage", turn.usage ? Json::parse(codec::encode(*turn.usage)) : Json(nullptr)},
                    {"stop_reason", or_null(turn.stop_reason)},
                    {"error", or_null(turn.reason)},
                    {"notices", notices_of(exchange)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace evenfold::cli
