/// What a child does between fork and exec, and what its parent does around it.
/// Shapes: process ids, errno. All that a child may call here is on the list of signal-safety(7).
#pragma once

#include <cstdint>
#include <expected>
#include <sys/types.h>

namespace evenfold::reactors::process {

/// Forks with all signals blocked, so that no handler of ours runs in the child: there it answers 0, and they stay
/// blocked. In the parent, the id of the child, and signals are as they were; or the errno.
[[nodiscard]] std::expected<pid_t, int> fork_quietly();

/// Waits for the end of this child, and forgets it.
void reap(pid_t pid);

enum class Closing : std::uint8_t { at_once, at_exec };

/// In a child: the descriptors from `first` on are not its own.
void close_from(unsigned first, Closing closing);

} // namespace evenfold::reactors::process
