/// What a reactor loop needs of the world: time, threads, ids. The real one is threads.hpp, a simulated one is in the
/// testing kit.
/// Units: Moments go forward only and begin anywhere; Instants are what commands are stamped with.
#pragma once

#include <functional>
#include <optional>

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

class World {
public:
    World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    virtual ~World() = default;

    [[nodiscard]] virtual Moment elapsed() = 0;
    [[nodiscard]] virtual Instant now() = 0;
    [[nodiscard]] virtual CommandId fresh_command() = 0;

    /// Runs `job`, which does not throw, beside the caller, and then wakes whoever waits.
    virtual void run(std::function<void()> job) = 0;

    /// Returns at `until`, or earlier when something may have happened.
    virtual void wait(std::optional<Moment> until) = 0;

    /// Whoever waits returns now, or does not wait the next time. May be called from any thread.
    virtual void wake() = 0;
};

} // namespace evenfold::kernel
