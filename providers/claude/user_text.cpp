#include "evenfold/providers/claude/user_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view interruption_mark = "[Request interrupted by user";

} // namespace

std::string typed_text(JsonValue content) {
    if (content.is_string()) return std::string(content.text());
    std::string typed;
    for (const JsonValue block : content.elements()) {
        if (text_at(block, "type") != "text") continue;
        if (!typed.empty()) typed += '\n';
        typed += text_at(block, "text");
    }
    return typed;
}

std::string_view origin_of(JsonValue line, std::string_view typed) {
    using Mark = std::pair<std::string_view, std::string_view>; // how a text begins, and its origin
    constexpr auto marks = std::to_array<Mark>({{"<task-notification>", "task notification"},
                                                {"<local-command-", "local command"},
                                                {"<command-name>", "local command"},
                                                {"<command-message>", "local command"},
                                                {"<bash-input>", "local command"},
                                                {"<bash-stdout>", "local command"},
                                                {"<bash-stderr>", "local command"},
                                                {"<system-reminder>", "reminder"}});
    for (const auto& [mark, origin] : marks) {
        if (typed.starts_with(mark)) return origin;
    }
    const std::string_view kind = text_at(member_at(line, "origin"), "kind");
    return kind.empty() || kind == "human" || kind == "user" ? std::string_view() : kind;
}

bool is_made_up(JsonValue line) {
    return bool_at(line, "isSynthetic") || bool_at(line, "isMeta") || bool_at(line, "isCompactSummary");
}

bool is_interruption(JsonValue content) {
    if (content.text().starts_with(interruption_mark)) return true;
    return std::ranges::any_of(content.elements(), [](JsonValue block) {
        return text_at(block, "type") == "text" && text_at(block, "text").starts_with(interruption_mark);
    });
}

} // namespace evenfold::providers
