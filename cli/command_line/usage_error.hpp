/// The error message for a command line that the parser refuses.
/// Shape: independent of the parser's library.
#pragma once

#include <exception>
#include <span>
#include <string_view>

#include "evenfold/cli/command_line/verb.hpp"

namespace evenfold::cli {

/// Reports an error of the parser, or that `first_word`, the first word of the command line, is not one of
/// `verbs`. Shows the command that prints help. Returns ExitCode::usage.
ExitCode
report_usage_error(const std::exception& error, std::string_view first_word, std::span<const Verb* const> verbs);

} // namespace evenfold::cli
