/// The rules of the house, each a function from files to what is wrong with them.
/// Answer: one line a fault, `path:line: why`; nothing when the rule is kept.
/// Source: CONTRIBUTING.md tells the reasons; this is where they are kept.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/source.hpp"

namespace evenfold::house {

using Faults = std::vector<std::string>;

/// core/ and providers/ name nothing of the outside world: no clock, randomness, thread, file, environment.
[[nodiscard]] Faults outside_world(const Source& source);

/// core/ and providers/ keep no state between calls: what has static storage is const.
[[nodiscard]] Faults mutable_globals(const Source& source);

/// Own headers are included as "evenfold/<room>/<file>.hpp", and only along the arrows.
[[nodiscard]] Faults include_arrows(const Source& source);

/// Domains do not include each other; `domains` are the names of all.
[[nodiscard]] Faults domains_apart(const Source& source, std::span<const std::string_view> domains);

/// The generic library (core/ without the folders of domains, codec/, journal/, kernel/, testing/) neither includes nor
/// names a domain; `domains` are the names of all.
[[nodiscard]] Faults named_domains(const Source& source, std::span<const std::string_view> domains);

/// Third-party headers stay where they belong, and the slow ones out of headers.
[[nodiscard]] Faults foreign_headers(const Source& source);

/// A header begins with what it is, its shapes and its source, each a line of `///`, then `#pragma once`.
[[nodiscard]] Faults header_opening(const Source& source);

/// Lines, functions and files stay within their bounds.
[[nodiscard]] Faults bounds(const Source& source);

/// No words that say that something is unfinished.
[[nodiscard]] Faults unfinished_words(const Source& source);

/// No names that hide what a thing is.
[[nodiscard]] Faults vague_names(const Source& source);

/// No path of somebody's machine; `root` is where this tree lies.
[[nodiscard]] Faults machine_paths(const Source& source, std::string_view root);

/// Tests are named "Subject: a sentence", assert something each, do not sleep and are not switched off.
[[nodiscard]] Faults test_manners(const Source& source);

/// A folder holds as many files as one can look over.
[[nodiscard]] Faults crowded_folders(std::span<const Source> tree);

/// Each row of `domain` has its header in each of the four rooms.
[[nodiscard]] Faults
missing_rows(std::span<const Source> tree, std::string_view domain, std::span<const std::string_view> rows);

/// Each source and public header is listed in the CMakeLists.txt of its room.
[[nodiscard]] Faults unlisted_files(std::span<const Source> tree);

/// What code cites of the orchestration specification stands in `page`: sections (6.3), laws (L30), failures (F1).
[[nodiscard]] Faults missing_sections(const Source& source, const Source& page);

/// Each page of docs/ that code cites is in the tree.
[[nodiscard]] Faults missing_pages(const Source& source, std::span<const Source> tree);

/// Each block of C++ in `page` is a slice of one of the files below `folder`.
[[nodiscard]] Faults foreign_snippets(const Source& page, std::span<const Source> tree, std::string_view folder);

} // namespace evenfold::house
