/// The environment of a reactor loop: time, threads, ids. thread_runtime.hpp has the real one, the testing kit a
/// simulated one.
/// Units: a MonotonicTime is monotonic with an arbitrary start; an Instant is the time stamp of a command.
#pragma once

#include <functional>
#include <optional>

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

class Runtime {
public:
    Runtime() = default;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    virtual ~Runtime() = default;

    [[nodiscard]] virtual MonotonicTime elapsed() = 0;
    [[nodiscard]] virtual Instant now() = 0;
    [[nodiscard]] virtual CommandId fresh_command() = 0;

    /// Runs `job`, which must not throw, concurrently with the caller, and then wakes the waiting thread.
    virtual void run(std::function<void()> job) = 0;

    /// Blocks until `until`, or until something may have happened.
    virtual void wait(std::optional<MonotonicTime> until) = 0;

    /// Wakes the thread in `wait`, or else makes the next `wait` return at once. May be called from any thread.
    virtual void wake() = 0;
};

} // namespace evenfold::kernel
