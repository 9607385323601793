/// The parser of the command line.
/// Shape: options of the verb are stored where the verb declared them (verb.hpp).
#pragma once

#include <expected>
#include <span>

#include "evenfold/cli/command_line/verb.hpp"

namespace evenfold::cli {

/// A command line that names a verb.
struct ParsedLine {
    const Verb* verb;
    RunVerb run;
    Invocation::JournalSelection selection;
};

/// Parses a command line that names one of `verbs`. Returns an ExitCode if there is nothing left to do: success after
/// printing help or the version, usage after printing an error.
[[nodiscard]] std::expected<ParsedLine, ExitCode>
parse(std::span<const Verb* const> verbs, int argc, const char* const* argv, const Program& program);

} // namespace evenfold::cli
