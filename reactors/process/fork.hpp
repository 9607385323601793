/// Functions for a child between fork and exec, and for its parent around them.
/// Shapes: process ids, errno. All functions that a child may call here are on the list of signal-safety(7).
#pragma once

#include <cstdint>
#include <expected>
#include <sys/types.h>

namespace evenfold::reactors::process {

/// Forks with all signals blocked, so that no handler of this process runs in the child. In the child, returns 0 and
/// leaves signals blocked. In the parent, restores the signals and returns the child's id, or fails with the errno.
[[nodiscard]] std::expected<pid_t, int> fork_quietly();

/// Blocks until this child ends, and reaps it.
void reap(pid_t pid);

enum class Closing : std::uint8_t { at_once, at_exec };

/// Closes, in a child, the inherited descriptors from `first` on.
void close_from(unsigned first, Closing closing);

} // namespace evenfold::reactors::process
