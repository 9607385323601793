/// The only way from the program to standard output and standard error. Characters that a terminal would execute or
/// hide become escapes (core/text/visible.hpp), wherever a text came from, so that no verb can forget it. The house
/// test keeps other ways of printing out of cli/. JSON documents are printed by json_printer.hpp.
/// Errors: a failed write to standard output throws std::system_error, which run_program reports.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace evenfold::cli {

/// Writes `text` to standard output. Line breaks and tabs are kept; use one_line() for a text that must stay on a line.
void write_to_stdout(std::string_view text);

/// Writes formatted text to standard output, as `write_to_stdout` does.
template <class First, class... Rest>
void write_to_stdout(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest) {
    write_to_stdout(fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...));
}

/// Writes `text` to standard error. Never throws, allocates nothing, and ignores a failed write.
void write_to_stderr(std::string_view text);

/// Erases the current line of the terminal at standard error, for a line that shows progress.
void erase_line_on_stderr();

/// Writes bytes that a program reads, unchanged: a patch that is not for a terminal, JSON that is escaped already.
void write_bytes_to_stdout(std::string_view bytes);

/// Sends what has been written to its destination. Returns false if this or an earlier write has failed.
[[nodiscard]] bool flush_stdout();

/// Writes `text` at once, as `write_to_stdout` does. Ignores a failed write, because its reader may have gone away.
void write_or_drop(std::string_view text);

} // namespace evenfold::cli
