/// A process that outlives us by a moment, and takes a group of processes with it.
/// Shape: it waits, in the group, for a pipe that only we hold open; when that closes, it kills the group, itself too.
/// Errors: the errno where none can be posted. Between fork and exit it does only what signal-safety(7) lists.
#pragma once

#include <expected>
#include <sys/types.h>
#include <utility>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::reactors::process {

using system::Descriptor;

class Guard {
public:
    /// Over the group of the process `group`, which is not reaped before this guard has stood down.
    [[nodiscard]] static std::expected<Guard, int> post(pid_t group);

    Guard() = default;
    Guard(Guard&& other) noexcept;
    Guard& operator=(Guard&& other) noexcept;
    ~Guard() { stand_down(); }

    /// The group is killed; all of it, were it to ignore every signal. The guard is gone when this returns.
    void stand_down();

private:
    Guard(pid_t pid, Descriptor life) : pid_(pid), life_(std::move(life)) {}

    pid_t pid_ = -1;
    Descriptor life_;
};

} // namespace evenfold::reactors::process
