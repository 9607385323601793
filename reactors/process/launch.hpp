/// Starts a program with its own process group and with pipes for its input and output. It inherits no other
/// descriptor.
/// Errors: the failed step, with the program's name and the system's message. After a failure, no process is left.
/// Source: fork(2), execve(2), prctl(2) PR_SET_PDEATHSIG; between fork and exec only what signal-safety(7) lists.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "evenfold/reactors/process/failure.hpp"
#include "evenfold/reactors/process/group_guard.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::reactors::process {

/// Destination of the program's standard error: that of this process, or a pipe that this process reads.
enum class ErrorOutput : std::uint8_t { passed_through, kept };

struct LaunchOptions {
    std::vector<std::string> command; // a name with a slash is relative to our folder; otherwise searched in PATH
    std::string folder;               // its working folder; empty: our own
    std::optional<std::vector<std::string>> environment; // all of it, as NAME=VALUE; none: our own
    ErrorOutput errors = ErrorOutput::kept;
};

/// Returns the environment of this process, as NAME=VALUE, to be changed for a program that is started.
[[nodiscard]] std::vector<std::string> inherited_environment();

/// A running program, and this process's ends of its pipes, all of which are non-blocking.
struct LaunchedProgram {
    pid_t pid = -1;   // also the id of its group
    GroupGuard guard; // over the group
    Descriptor input;
    Descriptor output;
    Descriptor errors; // none if passed through
};

/// Starts a program, and returns after its exec succeeded. The program has the default signals, none blocked, and only
/// the three standard descriptors. Its group does not outlive a killed evenfold, because the guard kills the group.
/// The kernel kills the program when the calling thread ends, so call this on a thread that outlives it.
[[nodiscard]] std::expected<LaunchedProgram, Failure> launch(const LaunchOptions& options);

} // namespace evenfold::reactors::process
