#include "evenfold/providers/anthropic/tool_output.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

bool is_known_part(std::string_view type) {
    return is_one_of(type, "compaction", "fallback", "container_upload", "image", "document", "redacted_thinking",
                     "tool_reference");
}

std::optional<std::string> joined_text(const Json& content) {
    if (content.is_string()) return content.get<std::string>();
    std::optional<std::string> joined;
    if (!content.is_array()) return joined;
    for (const Json& each : content) {
        if (each.is_string()) joined = joined.value_or("") + each.get<std::string>();
        if (text_at(each, "type") != "text") continue;
        if (!joined) joined.emplace();
        *joined += text_at(each, "text");
    }
    return joined;
}

std::string provider_output(const Json& content, std::string_view text) {
    if (auto joined = joined_text(content)) return *joined;
    if (find_member(content, "text")) return std::string(text_at(content, "text"));
    if (content.is_null()) return {};
    return text.empty() ? text_of(content) : std::string(text);
}

std::string client_output(const Json& content, std::string_view text) {
    if (content.is_null()) return {};
    if (content.is_string()) return content.get<std::string>();
    if (!content.is_array()) return text.empty() ? text_of(content) : std::string(text);
    std::string output;
    const std::vector<std::string_view> texts = elements_of(text);
    for (std::size_t at = 0; at < content.size(); ++at) {
        const Json& each = content[at];
        const std::string_view type = text_at(each, "type");
        if (each.is_string()) {
            output += each.get_ref<const std::string&>();
        } else if (type == "text") {
            output += text_at(each, "text");
        } else if (!is_known_part(type)) {
            output += at < texts.size() ? std::string(texts[at]) : text_of(each);
        }
    }
    return output;
}

} // namespace evenfold::providers
