/// Starting a program: its own process group, pipes for its input and output, and nothing else of ours.
/// Errors: what could not be done, with the program's name and the system's message; no process is left then.
/// Source: fork(2), execve(2), prctl(2) PR_SET_PDEATHSIG; between fork and exec only what signal-safety(7) lists.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "evenfold/reactors/process/failure.hpp"
#include "evenfold/reactors/process/guard.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::reactors::process {

/// Where the program's standard error goes: where ours does, or to us, who keep its end.
enum class ErrorOutput : std::uint8_t { passed_through, kept };

struct Program {
    std::vector<std::string> command; // a name with a slash is a path from our folder; else from PATH
    std::string folder;               // where it works; empty: our own
    std::optional<std::vector<std::string>> environment; // NAME=VALUE, all of it; none: our own
    ErrorOutput errors = ErrorOutput::kept;
};

/// A running program, and our ends of its pipes, none of which makes us wait.
struct Launched {
    pid_t pid = -1; // and its group's
    Guard guard;    // over the group
    Descriptor input;
    Descriptor output;
    Descriptor errors; // none when passed through
};

/// Starts `program`; it is past its exec when this returns. It has the default signals, none blocked, and no
/// descriptor but the standard three. Its group does not outlive a killed evenfold: the kernel kills the program when
/// the thread that called this ends (so call this on a thread that stays), and the guard all that it started.
[[nodiscard]] std::expected<Launched, Failure> launch(const Program& asked);

} // namespace evenfold::reactors::process
