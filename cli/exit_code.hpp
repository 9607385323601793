/// The exit codes of the program, and the exit code of each kind of failure.
/// Shape: every verb exits with one of these. They are stable, so that scripts can rely on them.
#pragma once

#include <array>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

enum class ExitCode : int {
    success = 0,
    refused = 1, // invalid input, a refused command, or a difference that a comparison found
    usage = 2,   // invalid command line
    failure = 3, // an I/O error, or the failure of another process
    damaged = 4  // stored bytes are not valid
};

struct ExitCodeMeaning {
    ExitCode exit;
    std::string_view meaning;
};

/// All exit codes, in the order of their numbers.
inline constexpr std::array<ExitCodeMeaning, 5> exit_table{{
    {ExitCode::success, "done"},
    {ExitCode::refused, "refused, or not proven: the input or the command, or a comparison that found a difference"},
    {ExitCode::usage, "invalid command line"},
    {ExitCode::failure, "the environment failed: a file, the disk, or another process"},
    {ExitCode::damaged, "the journal is damaged"},
}};

/// Returns the exit code for a failure of that kind.
[[nodiscard]] inline ExitCode to_exit_code(system::FailureKind kind) {
    return static_cast<ExitCode>(system::exit_code_of(kind));
}

} // namespace evenfold::cli
