/// Scheduling of effects: lanes, urgency, deadlines, retries. Pure: time, randomness and outstanding effects are
/// inputs.
/// Shape: effects are identified by their ids. One effect per lane runs at a time. Of the waiting effects the most
/// urgent goes first, then the one that was seen first. A running effect never begins again before it has ended.
/// Cost: each call is O(n log n) in the number of outstanding effects.
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "evenfold/core/values/uuid.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

/// An outstanding effect. An empty lane means that the effect has its own lane. An effect that is dead when it is first
/// seen is given up without an attempt.
struct DueEffect {
    Uuid effect;
    std::string lane;
    ReactorPolicy policy;
    std::string dead; // the reason; empty if the effect is not dead
};

/// How an attempt ended.
enum class AttemptEnd : std::uint8_t {
    completed,         // its commands were accepted; failed if the effect is still outstanding at the next update
    waiting,           // begun outside, to be confirmed from there; failed if it is not confirmed by its deadline
    failed,            // a retry is possible
    failed_permanently // a retry makes no sense
};

/// An attempt, counted from 1, that begins now.
struct BegunAttempt {
    Uuid effect;
    std::uint32_t attempt = 0;
    MonotonicTime deadline{};
    friend bool operator==(const BegunAttempt&, const BegunAttempt&) = default;
};

/// An effect that is not retried any more. A command must say so, with the reason of the last attempt.
struct AbandonedEffect {
    Uuid effect;
    std::uint32_t attempts = 0;
    std::string reason;
    friend bool operator==(const AbandonedEffect&, const AbandonedEffect&) = default;
};

class Schedule {
public:
    /// Limits the effects that run at the same time to `running_max`, not counting those with urgency `control`.
    Schedule(std::size_t running_max, std::uint64_t seed) : running_max_(running_max), random_(seed) {}

    /// Replaces the set of outstanding effects by `due`. Forgets other effects when they do not run.
    void update(const std::vector<DueEffect>& due, MonotonicTime now);

    /// Marks the effects that can begin now as running, and returns them.
    [[nodiscard]] std::vector<BegunAttempt> begin(MonotonicTime now);

    /// Ends a running attempt. Returns the earliest time of the next attempt; nullopt if there is none or it is not
    /// known yet.
    std::optional<MonotonicTime> end(const Uuid& effect, AttemptEnd how, std::string reason, MonotonicTime now);

    /// Returns the running attempts that are past their deadline, each once. The caller must request them to stop.
    [[nodiscard]] std::vector<Uuid> overdue(MonotonicTime now);

    /// Returns the effects to give up. Repeats each after the longest backoff while it is outstanding.
    [[nodiscard]] std::vector<AbandonedEffect> give_up(MonotonicTime now);

    /// Returns when one of the functions above will next have a result, unless something happens first.
    [[nodiscard]] std::optional<MonotonicTime> next() const;

    [[nodiscard]] std::size_t running() const;

private:
    enum class EffectState : std::uint8_t { waits, runs, completed, confirming, failed_permanently };

    struct ScheduledEffect {
        DueEffect due;
        std::uint64_t order = 0; // in the order in which effects were first seen
        EffectState state = EffectState::waits;
        std::uint32_t attempts = 0;
        MonotonicTime
            until{}; // waits: not before; runs, confirming: the deadline; failed_permanently: when to give up again
        std::string reason;
        bool is_reported = false; // already returned by `overdue`
        bool is_gone = false;     // while it runs: no longer outstanding
    };

    /// The lanes with a running effect, and the number of running effects without those of control.
    struct RunningLanes {
        std::set<std::string> lanes;
        std::size_t running = 0;
    };
    [[nodiscard]] RunningLanes busy() const;

    std::optional<MonotonicTime> fail(ScheduledEffect& entry, std::string reason, MonotonicTime now);
    static void abandon(ScheduledEffect& entry, std::string reason, MonotonicTime now);
    MonotonicTime backoff(const ScheduledEffect& entry);
    [[nodiscard]] std::vector<ScheduledEffect*> in_order();

    std::size_t running_max_;
    std::mt19937_64 random_;
    std::uint64_t last_order_ = 0;
    std::unordered_map<Uuid, ScheduledEffect> entries_;
};

} // namespace evenfold::kernel
