/// The exit codes of the program, in one table, and the code of each kind of failure.
/// Shape: every verb ends with one of these; scripts may rely on them.
#pragma once

#include <array>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

enum class Exit : int {
    success = 0,
    refused = 1, // the input, or the request, is at fault; or a comparison found a difference
    usage = 2,   // the command line is at fault
    failure = 3  // the environment failed: a disk, a file, another process
};

struct ExitMeaning {
    Exit exit;
    std::string_view meaning;
};

/// All exit codes, in the order of their numbers.
inline constexpr std::array<ExitMeaning, 4> exit_table{{
    {Exit::success, "done"},
    {Exit::refused, "refused, or not equal"},
    {Exit::usage, "wrong command line"},
    {Exit::failure, "the journal, a file or another process failed"},
}};

/// Returns the exit code for a failure of that kind.
[[nodiscard]] inline Exit exit_of(system::FailureKind kind) {
    return static_cast<Exit>(system::exit_code_of(kind));
}

} // namespace evenfold::cli
