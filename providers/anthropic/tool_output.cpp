#include "evenfold/providers/anthropic/tool_output.hpp"

#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

bool is_known_part(std::string_view type) {
    return is_one_of(type, "compaction", "fallback", "container_upload", "image", "document", "redacted_thinking",
                     "tool_reference");
}

std::optional<std::string> joined_text(JsonValue content) {
    if (content.is_string()) return std::string(content.text());
    std::optional<std::string> joined;
    for (const JsonValue each : content.elements()) {
        const bool is_text = text_at(each, "type") == "text";
        if (!each.is_string() && !is_text) continue;
        if (!joined) joined.emplace();
        *joined += is_text ? text_at(each, "text") : each.text();
    }
    return joined;
}

std::string provider_output(JsonValue content) {
    if (auto joined = joined_text(content)) return *joined;
    if (const JsonValue text = member_at(content, "text"); !text.is_absent()) return std::string(text.text());
    if (content.is_null()) return {};
    return std::string(content.spelling());
}

std::string client_output(JsonValue content) {
    if (content.is_null()) return {};
    if (content.is_string()) return std::string(content.text());
    if (!content.is_array()) return std::string(content.spelling());
    std::string output;
    for (const JsonValue each : content.elements()) {
        const std::string_view type = text_at(each, "type");
        if (each.is_string()) {
            output += each.text();
        } else if (type == "text") {
            output += text_at(each, "text");
        } else if (!is_known_part(type)) {
            output += each.spelling();
        }
    }
    return output;
}

} // namespace evenfold::providers
