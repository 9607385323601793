/// One line of a .gitignore, and matching of names against it.
/// Shapes: bytes; paths relative to the folder of the rules, `/` between folders.
/// Written by hand for the reason in ignore.hpp, and because fnmatch(3) does not support `**`.
/// Source: gitignore(5); git's wildmatch for what that page leaves open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evenfold::git {

/// Returns whether all of `text` matches `pattern`: `*`, `?`, `[...]`, a backslash before a literal letter. With
/// `as_path` only `**` between slashes matches a slash. `any_case` makes matching case-insensitive.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text, bool as_path, bool any_case);

struct Pattern {
    std::string text;
    bool negated = false;      // a match means that the path is not ignored
    bool folders_only = false; // ended with a slash
    bool anchored = false;     // has a slash, so the whole path is compared; otherwise only the name
};

/// Parses a line. Returns nothing for an empty line and for a comment.
[[nodiscard]] std::optional<Pattern> pattern_of(std::string_view line);

} // namespace evenfold::git
