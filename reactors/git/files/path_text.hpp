/// Paths as text: names that are not plain UTF-8 are quoted as git quotes them.
/// Shapes: bytes in, UTF-8 without control characters out; different paths have different texts.
/// Written by hand because libgit2 exports no function that quotes a path.
/// Source: core.quotePath in git-config(1).
#pragma once

#include <string>
#include <string_view>

namespace evenfold::git {

/// Returns `path` itself if it is UTF-8 without control characters, quotes and backslashes; otherwise `"..."` with C's
/// escapes, and three octal digits for each other byte that is not ASCII.
[[nodiscard]] std::string path_text(std::string_view path);

/// Returns the path whose `path_text` is `text`.
[[nodiscard]] std::string path_of_text(std::string_view text);

} // namespace evenfold::git
