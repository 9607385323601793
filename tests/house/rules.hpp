/// The house rules: functions that return the faults in files.
/// Shape: one line per fault, `path:line: why`; empty if there are none.
/// Source: CONTRIBUTING.md states the reasons; these functions check the rules.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/domains.hpp"
#include "evenfold/tests/house/source.hpp"

namespace evenfold::house {

using Faults = std::vector<std::string>;

/// core/ and providers/ do not access the outside world: no clock, randomness, thread, file or environment.
[[nodiscard]] Faults outside_world(const Source& source);

/// core/ and providers/ keep no state between calls: objects with static storage are const.
[[nodiscard]] Faults mutable_globals(const Source& source);

/// Own headers are included as "evenfold/<module>/<file>.hpp", and only as the allowed dependencies permit.
[[nodiscard]] Faults include_arrows(const Source& source);

/// Each row of `domain` has its header in each of the four directories and its headers declare its namespace. No other
/// file of core/ has the domain's name, unless it is listed for it.
[[nodiscard]] Faults domain_files(std::span<const Source> tree, const DomainEntry& domain);

/// Each command and each event of `domain` is in every place that CONTRIBUTING.md lists: rows, page, golden files,
/// tests.
[[nodiscard]] Faults missing_places(std::span<const Source> tree, const DomainEntry& domain);

/// Each file in the four directories belongs to a domain in `table`.
[[nodiscard]] Faults unlisted_domains(std::span<const Source> tree, std::span<const DomainEntry> table);

/// Only the domain itself, its reactors, routes and benches, programs, tests, examples and the users that its entry
/// lists include its headers or name its namespace. Other domains are none of these. The generic library (core/ without
/// domains, system/, storage/, codec/, journal/, kernel/, testing/) does not mention it, not even in a comment.
[[nodiscard]] Faults domain_named(const Source& source, const DomainEntry& domain);

/// Third-party headers are included only in the modules that may use them. No header includes a slow one.
[[nodiscard]] Faults foreign_headers(const Source& source);

/// Only system/, storage/ and the reactors of programs and git include the operating system's headers.
[[nodiscard]] Faults operating_system(const Source& source);

/// Only storage/ opens SQLite databases and calls SQLite's functions.
[[nodiscard]] Faults database_calls(const Source& source);

/// Returns the lines of cli/ that print by other ways than cli/output/print.hpp, which escapes hidden characters.
[[nodiscard]] Faults raw_output(const Source& source);

/// Returns the lines that use nlohmann::ordered_json, whose objects cost the square of their size to read.
[[nodiscard]] Faults slow_documents(const Source& source);

/// A header begins with its purpose, its shapes and its source, each a line of `///`, then `#pragma once`.
[[nodiscard]] Faults header_opening(const Source& source);

/// Returns the paths that `list` has, one per line; lines that begin with `#` are comments.
[[nodiscard]] std::vector<std::string_view> listed_paths(const Source& list);

/// A header has at most 120 lines, a .cpp 300, a function outside of tests 50, a line 120 columns. Files in `larger`
/// may have up to 200 and 400 lines.
[[nodiscard]] Faults bounds(const Source& source, std::span<const std::string_view> larger = {});

/// No file has words that mark unfinished work.
[[nodiscard]] Faults unfinished_words(const Source& source);

/// No name is vague.
[[nodiscard]] Faults vague_names(const Source& source);

/// No file names a path of a particular machine; `root` is the path of this tree.
[[nodiscard]] Faults machine_paths(const Source& source, std::string_view root);

/// Tests are named "Subject: a sentence", assert something each, do not sleep and are not disabled.
[[nodiscard]] Faults test_style(const Source& source);

/// A folder has at most 15 names, where a header and its source count once; a folder in `larger` has at most 16.
[[nodiscard]] Faults crowded_folders(std::span<const Source> tree, std::span<const std::string_view> larger = {});

/// Each path of `list` is still a file or folder of `tree` that exceeds the ordinary bounds.
[[nodiscard]] Faults needless_paths(const Source& list, std::span<const Source> tree);

/// The CMakeLists.txt of each module lists all of its sources and public headers.
[[nodiscard]] Faults unlisted_files(std::span<const Source> tree);

/// Returns the headers that the CMakeLists.txt files of `tree` list as PUBLIC, relative to the root.
[[nodiscard]] std::vector<std::string> public_headers(std::span<const Source> tree);

/// `page` has a row for each of `headers`, in any order, and no others.
[[nodiscard]] Faults wrong_header_rows(const Source& page, std::span<const std::string> headers);

/// Each of `headers` opens with an overview of at least two lines and an example of 3 to 10, which begin with
/// `///     `. A file of tests/ includes the example, so that it is compiled (cmake/header_examples.cmake).
[[nodiscard]] Faults missing_examples(std::span<const Source> tree, std::span<const std::string> headers);

/// Examples and the consumer include only `headers` of evenfold, and their own headers.
[[nodiscard]] Faults private_includes(const Source& source, std::span<const std::string> headers);

/// The parts of the orchestration specification that code cites are in `page`: sections (6.3), laws (L30), failures
/// (F1).
[[nodiscard]] Faults missing_sections(const Source& source, const Source& page);

/// The reports about other programs that tests cite (#4584) are explained in `page`.
[[nodiscard]] Faults unexplained_reports(const Source& source, const Source& page);

/// `index` links each page of docs/, and only pages that exist.
[[nodiscard]] Faults wrong_index(const Source& index, std::span<const Source> tree);

/// Each page of docs/ that code cites is in the tree.
[[nodiscard]] Faults missing_pages(const Source& source, std::span<const Source> tree);

/// Each block of C++ in `page` is a part of one of the files below `folder`.
[[nodiscard]] Faults foreign_snippets(const Source& page, std::span<const Source> tree, std::string_view folder);

} // namespace evenfold::house
