/// Messages for a person: errors that name the input, the location and the remedy.
/// Shapes: messages go to standard error, results to standard output (print.hpp).
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

/// Returns the beginning of `text` as one line of at most `width` bytes, with hidden characters escaped. `width` must
/// be at least 3. Use it for each text that could otherwise forge a line of its own.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t width = 160);

/// Returns `n thing` if n is 1, and `n things` otherwise.
[[nodiscard]] std::string count_of(std::uint64_t n, std::string_view thing);

} // namespace evenfold::cli
