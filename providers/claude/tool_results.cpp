#include "evenfold/providers/claude/tool_results.hpp"

#include <fmt/format.h>

#include <string>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::provider::ToolResult;

namespace {

ToolResult read_result(JsonValue block, ItemBuffer& items) {
    const JsonValue content = member_at(block, "content");
    const std::string_view id = text_at(block, "tool_use_id");
    for (const JsonValue part : content.elements()) {
        const std::string_view type = text_at(part, "type");
        if (is_known_part(type)) items.keep(fmt::format("{} in the result of tool call", type), part.spelling(), id);
    }
    return {.call_id = std::string(id), .output = client_output(content), .is_error = bool_at(block, "is_error")};
}

} // namespace

bool read_tool_results(JsonValue content, ItemBuffer& items, const std::function<void(ToolResult)>& emit) {
    bool has_results = false;
    for (const JsonValue block : content.elements()) {
        if (text_at(block, "type") != "tool_result") continue;
        has_results = true;
        emit(read_result(block, items));
    }
    return has_results;
}

} // namespace evenfold::providers
