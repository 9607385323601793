/// Messages for a person: errors that name the input, the location and the remedy; text that is safe for a terminal.
/// Shapes: messages go to standard error, results to standard output.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

/// Writes `evenfold: what`, and the remedy on the next line unless it is empty. Returns `exit`.
ExitCode report_error(std::string_view what, std::string_view remedy = {}, ExitCode exit = ExitCode::refused);

/// Reports a failure. Returns the exit code of its kind.
ExitCode report_error(const system::Failure& failure);

/// Writes `detail` on an indented line of its own.
void report_detail(std::string_view detail);

/// Writes `text` unchanged to standard error. Never throws, and ignores a failed write.
void write_to_stderr(std::string_view text);

/// Returns `text` with control characters other than line breaks and tabs replaced by visible escapes, so that a
/// terminal does not execute them.
[[nodiscard]] std::string printable(std::string_view text);

/// Returns the beginning of `text` as one printable line of at most `width` bytes; `width` must be at least 3.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t width);

/// Returns `n thing` if n is 1, and `n things` otherwise.
[[nodiscard]] std::string count_of(std::uint64_t n, std::string_view thing);

} // namespace evenfold::cli
