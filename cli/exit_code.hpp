/// The exit codes of the program, in one table, and the code of each kind of failure.
/// Shape: every verb ends with one of these; scripts may rely on them.
#pragma once

#include <array>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

enum class ExitCode : int {
    success = 0,
    refused = 1, // the input, or the request, is at fault; or a comparison found a difference
    usage = 2,   // the command line is at fault
    failure = 3  // the environment failed: a disk, a file, another process
};

struct ExitCodeMeaning {
    ExitCode exit;
    std::string_view meaning;
};

/// All exit codes, in the order of their numbers.
inline constexpr std::array<ExitCodeMeaning, 4> exit_table{{
    {ExitCode::success, "done"},
    {ExitCode::refused, "refused, or not equal"},
    {ExitCode::usage, "wrong command line"},
    {ExitCode::failure, "the journal, a file or another process failed"},
}};

/// Returns the exit code for a failure of that kind.
[[nodiscard]] inline ExitCode to_exit_code(system::FailureKind kind) {
    return static_cast<ExitCode>(system::exit_code_of(kind));
}

} // namespace evenfold::cli
