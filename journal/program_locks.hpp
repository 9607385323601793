/// `ProgramLocks`: locks with numbers that the programs beside one journal share, for their own purposes.
/// Shapes: a lock belongs to the object that took it, and ends with its process at the latest.
/// Errors: a lock that cannot be had, for whatever reason, counts as held by another program.
#pragma once

#include <cstdint>

namespace evenfold::journal {

/// May be called from any thread.
class ProgramLocks {
public:
    ProgramLocks() = default;
    ProgramLocks(const ProgramLocks&) = delete;
    ProgramLocks& operator=(const ProgramLocks&) = delete;
    virtual ~ProgramLocks() = default;

    /// Takes the lock without waiting. Returns false if another program has it. Taking it again changes nothing.
    [[nodiscard]] virtual bool try_lock(std::int64_t number) = 0;
    virtual void unlock(std::int64_t number) = 0;
    /// Returns whether another program has the lock.
    [[nodiscard]] virtual bool is_locked_elsewhere(std::int64_t number) = 0;
};

} // namespace evenfold::journal
