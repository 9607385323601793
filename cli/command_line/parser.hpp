/// The parser of the command line.
/// Cost: the parser's library takes a compiler more than 2 s per file, therefore only this folder includes it.
#pragma once

#include <optional>

#include "evenfold/cli/command_line/line.hpp"

namespace evenfold::cli {

/// Parses the command line into `line`. Returns an exit if there is nothing left to do: success after printing help or
/// the version, usage after printing an error.
[[nodiscard]] std::optional<Exit> parse(int argc, char** argv, Line& line);

} // namespace evenfold::cli
