#include "evenfold/providers/claude/tool_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::provider::ToolResult;

namespace {

ToolResult read_result(const Json& block, std::string_view text, ItemBuffer& items) {
    const Json& content = member_at(block, "content");
    const std::string_view content_text = member_text(text, "content");
    const std::string_view id = text_at(block, "tool_use_id");
    const auto parts = elements_of(content_text);
    for (std::size_t at = 0; content.is_array() && at < std::min(content.size(), parts.size()); ++at) {
        const std::string_view type = text_at(content[at], "type");
        if (is_known_part(type)) items.keep(fmt::format("{} in the result of tool call", type), parts[at], id);
    }
    return {.call_id = std::string(id),
            .output = client_output(content, content_text),
            .is_error = bool_at(block, "is_error")};
}

} // namespace

bool read_tool_results(const Json& content, std::string_view text, ItemBuffer& items,
                       const std::function<void(ToolResult)>& emit) {
    if (!content.is_array()) return false;
    const std::vector<std::string_view> texts = elements_of(text);
    bool has_results = false;
    for (std::size_t at = 0; at < content.size(); ++at) {
        if (text_at(content[at], "type") != "tool_result") continue;
        has_results = true;
        emit(read_result(content[at], at < texts.size() ? texts[at] : std::string_view(), items));
    }
    return has_results;
}

} // namespace evenfold::providers
