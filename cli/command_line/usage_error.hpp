/// The error message for a command line that the parser refuses.
/// Shape: independent of the parser's library.
#pragma once

#include <exception>
#include <string_view>

#include "evenfold/cli/exit_code.hpp"

namespace evenfold::cli {

/// Reports why the command line was refused: `error`, or that `first`, its first word, is not a verb. Returns
/// ExitCode::usage.
ExitCode report_usage_error(const std::exception& error, std::string_view first);

} // namespace evenfold::cli
