/// A process that kills a group of processes when this process ends.
/// Shape: the guard belongs to the group, and waits on a pipe that only this process holds open. When the pipe closes,
/// it kills the group, including itself.
/// Errors: the errno if it cannot start. Between fork and exit it calls only functions listed in signal-safety(7).
#pragma once

#include <expected>
#include <sys/types.h>
#include <utility>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::reactors::process {

using system::Descriptor;

class GroupGuard {
public:
    /// Starts a guard over the group of the process `group`, which must not be reaped before `kill_group`.
    [[nodiscard]] static std::expected<GroupGuard, int> start(pid_t group);

    GroupGuard() = default;
    GroupGuard(GroupGuard&& other) noexcept;
    GroupGuard& operator=(GroupGuard&& other) noexcept;
    ~GroupGuard() { kill_group(); }

    /// Kills the group with SIGKILL, and reaps the guard.
    void kill_group();

private:
    GroupGuard(pid_t pid, Descriptor life) : pid_(pid), life_(std::move(life)) {}

    pid_t pid_ = -1;
    Descriptor life_;
};

} // namespace evenfold::reactors::process
