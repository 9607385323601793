/// The parser of the command line.
/// Cost: the parser's library takes a compiler more than 2 s per file, therefore only this folder includes it.
#pragma once

#include <optional>

#include "evenfold/cli/command_line/line.hpp"

namespace evenfold::cli {

/// Parses the command line into `line`. Returns what the program exits with if there is nothing left to do: success after
/// it has printed help or the version, usage after it has printed an error.
[[nodiscard]] std::optional<Exit> parse(int argc, char** argv, Line& line);

} // namespace evenfold::cli
