#include "evenfold/providers/wire/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evenfold/providers/wire/json_repair.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(blanks, at), text.size());
}

/// Returns the position after the string that begins at `at`; npos if the text ends inside it.
std::size_t string_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

std::size_t brackets_end(std::string_view text, std::size_t at) {
    for (std::size_t depth = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            at = string_end(text, at);
            if (at == std::string_view::npos) return at;
            --at;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

/// Returns the position after the value that begins at `at`; npos if the text ends inside it.
std::size_t value_end(std::string_view text, std::size_t at) {
    if (at >= text.size()) return std::string_view::npos;
    if (text[at] == '"') return string_end(text, at);
    if (text[at] == '{' || text[at] == '[') return brackets_end(text, at);
    return text.find_first_of(",]} \t\r\n", at);
}

bool is_too_deep(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            at = string_end(text, at);
            if (at == std::string_view::npos) return false;
            --at;
        } else if (c == '{' || c == '[') {
            if (++depth > nesting_max) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

std::shared_ptr<const Json> parse(std::string_view text) {
    auto value = std::make_shared<Json>(Json::parse(text, nullptr, false));
    return value->is_discarded() ? nullptr : value;
}

} // namespace

std::optional<Document> read_document(std::string_view text) {
    if (is_too_deep(text)) return std::nullopt;
    if (auto value = parse(text)) return Document{.value = std::move(value), .text = text, .replaced = nullptr};
    RepairedJson repair = repair_json(text);
    if (!repair.characters && !repair.numbers) return std::nullopt;
    auto value = parse(repair.text);
    if (!value) return std::nullopt;
    // If only numbers were out of range, keep the given text, because it has their exact spelling.
    if (!repair.characters) return Document{.value = std::move(value), .text = text, .replaced = nullptr};
    auto replaced = std::make_shared<const std::string>(std::move(repair.text));
    return Document{.value = std::move(value), .text = *replaced, .replaced = replaced};
}

bool is_json(std::string_view text) {
    return Json::accept(text);
}

std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

const Json& member_at(const Json& object, std::string_view key) {
    static const Json null;
    const Json* found = find_member(object, key);
    return found ? *found : null;
}

std::string_view text_at(const Json& object, std::string_view key) {
    const auto* text = member_at(object, key).get_ptr<const std::string*>();
    return text ? std::string_view(*text) : std::string_view();
}

std::optional<std::string> nonempty_at(const Json& object, std::string_view key) {
    const std::string_view text = text_at(object, key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

bool bool_at(const Json& object, std::string_view key) {
    const Json& flag = member_at(object, key);
    return flag.is_boolean() && flag.get<bool>();
}

std::optional<std::uint64_t> count_at(const Json& object, std::string_view key) {
    const Json& count = member_at(object, key);
    if (!count.is_number_unsigned()) return std::nullopt;
    return count.get<std::uint64_t>();
}

std::vector<MemberText> members_of(std::string_view text) {
    std::vector<MemberText> found;
    std::size_t at = skip_blanks(text, 0);
    if (at >= text.size() || text[at] != '{') return found;
    while ((at = skip_blanks(text, at + 1)) < text.size() && text[at] == '"') {
        const std::size_t key_end = string_end(text, at);
        if (key_end == std::string_view::npos) break;
        const std::string_view key = text.substr(at + 1, key_end - at - 2);
        at = skip_blanks(text, key_end);
        if (at >= text.size() || text[at] != ':') break;
        at = skip_blanks(text, at + 1);
        const std::size_t end = value_end(text, at);
        if (end == std::string_view::npos) {
            found.push_back({.key = key, .value = text.substr(at), .is_complete = false});
            break;
        }
        found.push_back({.key = key, .value = text.substr(at, end - at), .is_complete = true});
        at = skip_blanks(text, end);
        if (at >= text.size() || text[at] != ',') break;
    }
    return found;
}

std::vector<std::string_view> elements_of(std::string_view text) {
    std::vector<std::string_view> found;
    std::size_t at = skip_blanks(text, 0);
    if (at >= text.size() || text[at] != '[') return found;
    while ((at = skip_blanks(text, at + 1)) < text.size() && text[at] != ']') {
        const std::size_t end = value_end(text, at);
        if (end == std::string_view::npos || end == at) break;
        found.push_back(text.substr(at, end - at));
        at = skip_blanks(text, end);
        if (at >= text.size() || text[at] != ',') break;
    }
    return found;
}

std::string_view member_text(std::string_view text, std::string_view key) {
    std::string_view value;
    for (const MemberText& each : members_of(text)) {
        if (each.key == key && each.is_complete) value = each.value;
    }
    return value;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view ends("\0 \t\r\n", 5);
    const std::size_t first = text.find_first_not_of(ends);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(ends) - first + 1);
}

} // namespace evenfold::providers
