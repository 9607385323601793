/// The tree as the house rules read it: text files with their paths, and the code in them.
/// Paths are relative to the root of the tree, with forward slashes; lines count from 1.
/// The rules match text only. They do not parse C++, and are written so that text is enough.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace evenfold::house {

struct Source {
    std::string path;
    std::string text;
};

struct Line {
    std::size_t number = 0;
    std::string_view text;
};

/// Returns the files of the tree at `root` that people write: code, build files, scripts and guides.
[[nodiscard]] std::vector<Source> read_tree(const std::string& root);

[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

/// Returns `text` with comments and the contents of string literals replaced by spaces. Lines keep their numbers.
[[nodiscard]] std::string code_of(std::string_view text);

/// Returns the includes of the file, with their quotes or angle brackets.
[[nodiscard]] std::vector<Line> includes_of(const Source& source);

/// Returns whether `word` occurs in `text` and is not part of a longer name.
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

/// Returns `path:line: why`, the form in which rules report a fault.
[[nodiscard]] std::string fault(const Source& source, std::size_t line, std::string_view why);

[[nodiscard]] bool is_header(const Source& source);
[[nodiscard]] bool is_cpp(const Source& source);

/// Returns the first folder of the path: `core` of core/values/uuid.hpp.
[[nodiscard]] std::string_view top_folder_of(std::string_view path);

} // namespace evenfold::house
