#include "evenfold/providers/claude/user_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view interruption_mark = "[Request interrupted by user";

} // namespace

std::string typed_text(const Json& content) {
    if (content.is_string()) return content.get<std::string>();
    std::string typed;
    if (!content.is_array()) return typed;
    for (const Json& block : content) {
        if (text_at(block, "type") != "text") continue;
        if (!typed.empty()) typed += '\n';
        typed += text_at(block, "text");
    }
    return typed;
}

bool is_interruption(const Json& content) {
    if (content.is_string()) return content.get_ref<const std::string&>().starts_with(interruption_mark);
    return content.is_array() && std::ranges::any_of(content, [](const Json& block) {
               return text_at(block, "type") == "text" && text_at(block, "text").starts_with(interruption_mark);
           });
}

} // namespace evenfold::providers
