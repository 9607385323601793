/// The error message for a command line that the parser refuses.
/// Shape: does not know the parser's library.
#pragma once

#include <exception>
#include <string_view>

#include "evenfold/cli/exit.hpp"

namespace evenfold::cli {

/// Prints why the command line was refused: `error`, or that there is no such verb as `first`, its first word. Returns
/// Exit::usage.
Exit refuse(const std::exception& error, std::string_view first);

} // namespace evenfold::cli
