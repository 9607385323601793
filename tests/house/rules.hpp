/// The rules of the house, each a function from files to what is wrong with them.
/// Answer: one line a fault, `path:line: why`; nothing when the rule is kept.
/// Source: CONTRIBUTING.md tells the reasons; this is where they are kept.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/domains.hpp"
#include "evenfold/tests/house/source.hpp"

namespace evenfold::house {

using Faults = std::vector<std::string>;

/// core/ and providers/ name nothing of the outside world: no clock, randomness, thread, file, environment.
[[nodiscard]] Faults outside_world(const Source& source);

/// core/ and providers/ keep no state between calls: what has static storage is const.
[[nodiscard]] Faults mutable_globals(const Source& source);

/// Own headers are included as "evenfold/<room>/<file>.hpp", and only along the arrows.
[[nodiscard]] Faults include_arrows(const Source& source);

/// Each row of `domain` has its header in each of the four directories; no other file of core/ bears the domain's name,
/// unless it is listed for it; its headers declare its namespace.
[[nodiscard]] Faults domain_files(std::span<const Source> tree, const DomainEntry& domain);

/// Each command and each event of `domain` is in every place that CONTRIBUTING.md lists: rows, page, golden files,
/// tests.
[[nodiscard]] Faults missing_places(std::span<const Source> tree, const DomainEntry& domain);

/// Each file in the four directories belongs to a domain in `table`.
[[nodiscard]] Faults unlisted_domains(std::span<const Source> tree, std::span<const DomainEntry> table);

/// Only the domain itself, its reactors, routes and benches, programs, tests, examples and the users that its entry
/// lists include its headers or name its namespace. Other domains are none of these.
[[nodiscard]] Faults domain_named(const Source& source, const DomainEntry& domain);

/// The generic library (core/ without the folders of domains, system/, storage/, codec/, journal/, kernel/, testing/)
/// neither includes nor mentions the domain of this name, not even in a comment.
[[nodiscard]] Faults domain_mentioned(const Source& source, std::string_view domain);

/// Third-party headers stay where they belong, and the slow ones out of headers.
[[nodiscard]] Faults foreign_headers(const Source& source);

/// The operating system's headers are included only by system/, storage/ and the reactors that drive programs and git.
[[nodiscard]] Faults operating_system(const Source& source);

/// Only storage/ opens SQLite databases and calls SQLite's functions.
[[nodiscard]] Faults database_calls(const Source& source);

/// A header begins with what it is, its shapes and its source, each a line of `///`, then `#pragma once`.
[[nodiscard]] Faults header_opening(const Source& source);

/// The paths that `list` has, one per line; lines that begin with `#` are comments.
[[nodiscard]] std::vector<std::string_view> listed_paths(const Source& list);

/// A header has at most 120 lines, a .cpp 300, a function outside of tests 50, a line 120 columns. Files in `larger`
/// may have up to 200 and 400 lines.
[[nodiscard]] Faults bounds(const Source& source, std::span<const std::string_view> larger = {});

/// No words that say that something is unfinished.
[[nodiscard]] Faults unfinished_words(const Source& source);

/// No names that hide what a thing is.
[[nodiscard]] Faults vague_names(const Source& source);

/// No path of somebody's machine; `root` is where this tree lies.
[[nodiscard]] Faults machine_paths(const Source& source, std::string_view root);

/// Tests are named "Subject: a sentence", assert something each, do not sleep and are not switched off.
[[nodiscard]] Faults test_manners(const Source& source);

/// A folder has at most 15 names, a header and its source being one; a folder in `larger` has at most 16.
[[nodiscard]] Faults crowded_folders(std::span<const Source> tree, std::span<const std::string_view> larger = {});

/// Each path of `list` is still a file or a folder of `tree` beyond the ordinary bounds.
[[nodiscard]] Faults needless_paths(const Source& list, std::span<const Source> tree);

/// Each source and public header is listed in the CMakeLists.txt of its room.
[[nodiscard]] Faults unlisted_files(std::span<const Source> tree);

/// The headers that the CMakeLists.txt files of `tree` list as PUBLIC, relative to the root.
[[nodiscard]] std::vector<std::string> public_headers(std::span<const Source> tree);

/// `page` has a row for each of `headers`, in any order, and no others.
[[nodiscard]] Faults wrong_header_rows(const Source& page, std::span<const std::string> headers);

/// Examples and the consumer include only `headers` of evenfold, and their own.
[[nodiscard]] Faults private_includes(const Source& source, std::span<const std::string> headers);

/// What code cites of the orchestration specification stands in `page`: sections (6.3), laws (L30), failures (F1).
[[nodiscard]] Faults missing_sections(const Source& source, const Source& page);

/// Each page of docs/ that code cites is in the tree.
[[nodiscard]] Faults missing_pages(const Source& source, std::span<const Source> tree);

/// Each block of C++ in `page` is a slice of one of the files below `folder`.
[[nodiscard]] Faults foreign_snippets(const Source& page, std::span<const Source> tree, std::string_view folder);

} // namespace evenfold::house
