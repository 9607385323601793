/// Keeps the memory of this process, which has secrets, out of core files and from debuggers of the same user.
/// Errors: a Failure with the system's reason. Source: prctl(2) PR_SET_DUMPABLE, setrlimit(2) RLIMIT_CORE, proc(5).
#pragma once

#include <expected>

#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// From now on, this process leaves no core file, and other processes of its user cannot read its memory. Programs that
/// it starts can be debugged, but begin without core files. As a side effect, only the administrator can read its files
/// below /proc, so that other programs cannot see which locks it holds.
[[nodiscard]] std::expected<void, Failure> forbid_core_dumps();

} // namespace evenfold::system
