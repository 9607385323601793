#include "evenfold/reactors/git/files/pattern.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace evenfold::git {

namespace {

/// `never` ends the search, because no other position of an earlier `*` can match; this bounds the search.
enum class MatchResult { yes, no, never };

using CharacterClass = std::pair<std::string_view, int (*)(int)>;
constexpr std::array<CharacterClass, 12> classes{{{"alnum", std::isalnum},
                                                  {"alpha", std::isalpha},
                                                  {"blank", std::isblank},
                                                  {"cntrl", std::iscntrl},
                                                  {"digit", std::isdigit},
                                                  {"graph", std::isgraph},
                                                  {"lower", std::islower},
                                                  {"print", std::isprint},
                                                  {"punct", std::ispunct},
                                                  {"space", std::isspace},
                                                  {"upper", std::isupper},
                                                  {"xdigit", std::isxdigit}}};

struct Matcher {
    bool as_path = false;
    bool any_case = false;

    [[nodiscard]] unsigned char folded(char letter) const {
        const auto byte = static_cast<unsigned char>(letter);
        return any_case ? static_cast<unsigned char>(std::tolower(byte)) : byte;
    }

    [[nodiscard]] MatchResult match(std::string_view pattern, std::size_t at, std::string_view text) const;
    [[nodiscard]] MatchResult match_star(std::string_view pattern, std::size_t at, std::string_view text) const;
    [[nodiscard]] std::optional<bool> match_set(std::string_view pattern, std::size_t& at, unsigned char letter) const;
    [[nodiscard]] bool in_class(std::string_view name, unsigned char letter) const;
};

bool Matcher::in_class(std::string_view name, unsigned char letter) const {
    for (const auto& [known, holds] : classes) {
        if (known != name) continue;
        return holds(letter) != 0 || (any_case && known == "upper" && std::islower(letter) != 0);
    }
    return false;
}

/// Returns whether the set that opens at `at` has `letter`, and moves `at` to its closing bracket; nothing if unclosed.
std::optional<bool> Matcher::match_set(std::string_view pattern, std::size_t& at, unsigned char letter) const {
    const auto end = pattern.size();
    ++at;
    const bool negated = at < end && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) ++at;
    bool found = false;
    unsigned char before = 0;
    for (bool first = true; first || (at < end && pattern[at] != ']'); first = false, ++at) {
        if (at >= end) return std::nullopt;
        if (pattern[at] == '[' && at + 1 < end && pattern[at + 1] == ':') {
            const std::size_t close = pattern.find(']', at + 2);
            if (close == std::string_view::npos) return std::nullopt;
            if (close > at + 2 && pattern[close - 1] == ':') {
                found = found || in_class(pattern.substr(at + 2, close - at - 3), letter);
                at = close;
                before = 0;
                continue;
            }
        }
        const bool range = pattern[at] == '-' && before != 0 && at + 1 < end && pattern[at + 1] != ']';
        if (range) ++at;
        if (pattern[at] == '\\') ++at;
        if (at >= end) return std::nullopt;
        const unsigned char low = range ? before : folded(pattern[at]);
        const unsigned char high = folded(pattern[at]);
        found = found || (low <= letter && letter <= high);
        before = range ? '\0' : high;
    }
    if (at >= end) return std::nullopt;
    return found != negated && (!as_path || letter != '/');
}

/// Matches from the star at `at`.
MatchResult Matcher::match_star(std::string_view pattern, std::size_t at, std::string_view text) const {
    const std::size_t first = at;
    while (at < pattern.size() && pattern[at] == '*') ++at;
    bool over_slashes = !as_path;
    if (as_path && at - first >= 2) {
        const bool opens = first == 0 || pattern[first - 1] == '/';
        const bool closes = at == pattern.size() || pattern[at] == '/' || pattern.substr(at).starts_with("\\/");
        over_slashes = opens && closes;
        // "a/**/b" also matches "a/b"
        if (over_slashes && at < pattern.size() && pattern[at] == '/' &&
            match(pattern, at + 1, text) == MatchResult::yes)
            return MatchResult::yes;
    }
    if (at == pattern.size())
        return over_slashes || text.find('/') == std::string_view::npos ? MatchResult::yes : MatchResult::no;
    for (;; text.remove_prefix(1)) {
        const MatchResult fit = match(pattern, at, text);
        if (fit == MatchResult::yes || (fit == MatchResult::never && over_slashes)) return fit;
        if (text.empty()) return MatchResult::never;
        if (!over_slashes && text.front() == '/') return MatchResult::no;
    }
}

MatchResult Matcher::match(std::string_view pattern, std::size_t at, std::string_view text) const {
    for (; at < pattern.size(); ++at, text.remove_prefix(1)) {
        if (pattern[at] == '*') return match_star(pattern, at, text);
        if (text.empty()) return MatchResult::never;
        const unsigned char letter = folded(text.front());
        if (pattern[at] == '?') {
            if (as_path && letter == '/') return MatchResult::no;
            continue;
        }
        if (pattern[at] == '[') {
            const auto found = match_set(pattern, at, letter);
            if (!found) return MatchResult::never;
            if (!*found) return MatchResult::no;
            continue;
        }
        if (pattern[at] == '\\') ++at;
        if (at >= pattern.size()) return MatchResult::no;
        if (folded(pattern[at]) != letter) return MatchResult::no;
    }
    return text.empty() ? MatchResult::yes : MatchResult::no;
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view text, bool as_path, bool any_case) {
    return Matcher{.as_path = as_path, .any_case = any_case}.match(pattern, 0, text) == MatchResult::yes;
}

std::optional<Pattern> pattern_of(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') return std::nullopt;
    while (line.ends_with(' ')) {
        std::size_t escapes = 0;
        while (escapes + 1 < line.size() && line[line.size() - 2 - escapes] == '\\') ++escapes;
        if (escapes % 2 == 1) break;
        line.remove_suffix(1);
    }
    Pattern pattern;
    if (line.starts_with('!')) {
        pattern.negated = true;
        line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
        pattern.folders_only = true;
        line.remove_suffix(1);
    }
    pattern.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) return std::nullopt;
    pattern.text = line;
    return pattern;
}

} // namespace evenfold::git
