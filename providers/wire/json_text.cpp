#include "evenfold/providers/wire/json_text.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "evenfold/providers/wire/json_repair.hpp"

namespace evenfold::providers {

namespace {

using Json = nlohmann::json;

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

/// Returns the value as nlohmann reads it, which refuses numbers beyond the range of a double.
Json parse(std::string_view text) {
    Json value = Json::parse(text, nullptr, false);
    return value.is_discarded() ? Json::parse(repair_json(text).text, nullptr, false) : value;
}

} // namespace

std::optional<Document> JsonReader::read(std::string_view text) {
    if (const auto document = read_undamaged(text)) return document;
    RepairedJson repair = repair_json(text);
    if (!repair.characters) return std::nullopt;
    repaired_ = std::move(repair.text);
    if (!index_.read(repaired_)) return std::nullopt;
    return Document{.value = JsonValue(index_), .is_repaired = true};
}

std::optional<Document> JsonReader::read_undamaged(std::string_view text) {
    if (repaired_.capacity() > kept_json_bytes_max) repaired_ = {};
    if (!index_.read(text)) return std::nullopt;
    return Document{.value = JsonValue(index_), .is_repaired = false};
}

bool is_json(std::string_view text) {
    return JsonIndex().read(text, std::numeric_limits<std::size_t>::max());
}

std::string text_of(JsonValue value) {
    if (value.is_absent()) return "null";
    return parse(value.spelling()).dump(-1, ' ', false, Json::error_handler_t::replace);
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

std::string_view member_text(std::string_view text, std::string_view key) {
    std::string_view value;
    for (const MemberText& each : members_of(text)) {
        if (each.key == key && each.is_complete) value = each.value;
    }
    return value;
}

std::string_view trimmed(std::string_view text) {
    const auto is_end = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0'; };
    while (!text.empty() && is_end(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_end(text.back())) text.remove_suffix(1);
    return text;
}

} // namespace evenfold::providers
