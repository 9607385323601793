/// One line of a .gitignore, and whether a name fits it.
/// Shapes: bytes; paths relative to the folder of the rules, `/` between folders.
/// Written by hand for the reason in ignore.hpp; fnmatch(3) knows no `**`.
/// Source: gitignore(5); git's wildmatch for what that page leaves open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evenfold::git {

/// Whether all of `text` fits `pattern`: `*`, `?`, `[...]`, a backslash before a letter that stands for itself.
/// With `as_path` no wildcard but `**` between slashes fits a slash. Letters of either case fit with `any_case`.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view text, bool as_path, bool any_case);

struct Pattern {
    std::string text;
    bool negated = false;      // what fits is not ignored
    bool folders_only = false; // ended with a slash
    bool anchored = false;     // has a slash, so that the whole path is compared; else the name is
};

/// Nothing for an empty line and for a comment.
[[nodiscard]] std::optional<Pattern> pattern_of(std::string_view line);

} // namespace evenfold::git
