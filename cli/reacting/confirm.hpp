/// Asks the user whether to go on, on the terminal.
/// Shape: a question on standard error, one line from standard input.
#pragma once

#include <string>
#include <string_view>

namespace evenfold::cli {

/// Returns whether the program can ask: standard input and standard error are terminals.
[[nodiscard]] bool can_confirm();

/// Prints `question` and reads a line, which it returns; empty at the end of the input or on Ctrl-C.
[[nodiscard]] std::string read_reply(std::string_view question);

/// Prints `question` and reads a line. Returns whether it is y or yes; false at the end of the input or on Ctrl-C.
[[nodiscard]] bool confirm(std::string_view question);

} // namespace evenfold::cli
