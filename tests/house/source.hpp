/// The tree as the house rules read it: text files with their paths, and what is code in them.
/// Paths are relative to the root of the tree, with forward slashes; lines count from 1.
/// No compiler is asked: this sees letters, and the rules are written so that letters are enough.
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

/// The files of the tree at `root` that people write: code, build files, scripts and guides.
[[nodiscard]] std::vector<Source> read_tree(const std::string& root);

[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

/// `text` with comments and the insides of string literals blanked; lines stay where they are.
[[nodiscard]] std::string code_of(std::string_view text);

/// What the file includes, with its quotes or angles.
[[nodiscard]] std::vector<Line> includes_of(const Source& source);

/// Whether `word` stands in `text` and is not part of a longer name.
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);

/// `path:line: why`, as rules tell what is wrong.
[[nodiscard]] std::string fault(const Source& source, std::size_t line, std::string_view why);

[[nodiscard]] bool is_header(const Source& source);
[[nodiscard]] bool is_cpp(const Source& source);

/// The first folder of the path: `core` of core/values/uuid.hpp.
[[nodiscard]] std::string_view room_of(std::string_view path);

} // namespace evenfold::house
