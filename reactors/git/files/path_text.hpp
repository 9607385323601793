/// Names of files as text: what is not plain UTF-8 is quoted as git quotes it.
/// Shapes: bytes in, UTF-8 without control characters out; two names never give one text.
/// Written by hand because libgit2 exports no function that quotes a path.
/// Source: core.quotePath in git-config(1).
#pragma once

#include <string>
#include <string_view>

namespace evenfold::git {

/// `path` itself where it is UTF-8 without control characters, quotes and backslashes; else `"..."` with C's escapes,
/// and three octal digits for each other byte that is not ASCII.
[[nodiscard]] std::string path_text(std::string_view path);

/// The path that `path_text` gives as `text`.
[[nodiscard]] std::string path_of_text(std::string_view text);

} // namespace evenfold::git
