/// Interrupts (SIGINT, SIGTERM) counted instead of obeyed, and broken pipes as errors.
/// Shape: one counter per process, safe to read from any thread. A read or wait that blocks returns early on each.
#pragma once

namespace evenfold::system {

/// From now on an interrupt ends reading and waiting instead of the program.
void catch_interrupts();

/// How many interrupts have come since catch_interrupts.
[[nodiscard]] unsigned interrupts();

/// From now on writing to a pipe that nobody reads fails instead of ending the program (SIGPIPE).
void ignore_broken_pipes();

} // namespace evenfold::system
