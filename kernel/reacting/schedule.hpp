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
struct Due {
    Uuid effect;
    std::string lane;
    Policy policy;
    std::string dead; // the reason; empty if the effect is not dead
};

/// How an attempt ended.
enum class Ended : std::uint8_t {
    answered, // its commands were accepted; failed if the effect is still outstanding at the next look
    waiting,  // begun outside, to be confirmed from there; failed if it is not confirmed by its deadline
    failed,   // a retry is possible
    hopeless  // a retry makes no sense
};

/// An attempt, counted from 1, that begins now.
struct Begun {
    Uuid effect;
    std::uint32_t attempt = 0;
    Moment deadline{};
    friend bool operator==(const Begun&, const Begun&) = default;
};

/// An effect that is not retried any more. A command must say so, with the reason of the last attempt.
struct GivenUp {
    Uuid effect;
    std::uint32_t attempts = 0;
    std::string reason;
    friend bool operator==(const GivenUp&, const GivenUp&) = default;
};

class Schedule {
public:
    /// Limits the effects that run at the same time to `running_max`, not counting those with urgency `control`.
    Schedule(std::size_t running_max, std::uint64_t seed) : running_max_(running_max), random_(seed) {}

    /// Replaces the set of outstanding effects by `due`. Forgets other effects when they do not run.
    void look(const std::vector<Due>& due, Moment now);

    /// Marks the effects that can begin now as running, and returns them.
    [[nodiscard]] std::vector<Begun> begin(Moment now);

    /// Ends a running attempt. Returns the earliest time of the next attempt; nullopt if there is none or it is not
    /// known yet.
    std::optional<Moment> end(const Uuid& effect, Ended how, std::string reason, Moment now);

    /// Returns the running attempts that are past their deadline, each once. The caller must request them to stop.
    [[nodiscard]] std::vector<Uuid> overdue(Moment now);

    /// Returns the effects to give up. Repeats each after the longest backoff while it is outstanding.
    [[nodiscard]] std::vector<GivenUp> give_up(Moment now);

    /// Returns when one of the functions above will next have a result, unless something happens first.
    [[nodiscard]] std::optional<Moment> next() const;

    [[nodiscard]] std::size_t running() const;

private:
    enum class State : std::uint8_t { waits, runs, answered, confirming, hopeless };

    struct Entry {
        Due due;
        std::uint64_t place = 0; // in the order in which effects were first seen
        State state = State::waits;
        std::uint32_t attempts = 0;
        Moment until{}; // waits: not before; runs, confirming: the deadline; hopeless: when to give up again
        std::string reason;
        bool is_told = false; // already returned by `overdue`
        bool is_gone = false; // while it runs: no longer outstanding
    };

    /// The lanes with a running effect, and the number of running effects without those of control.
    struct Busy {
        std::set<std::string> lanes;
        std::size_t running = 0;
    };
    [[nodiscard]] Busy busy() const;

    std::optional<Moment> fail(Entry& entry, std::string reason, Moment now);
    static void abandon(Entry& entry, std::string reason, Moment now);
    Moment backoff(const Entry& entry);
    [[nodiscard]] std::vector<Entry*> in_order();

    std::size_t running_max_;
    std::mt19937_64 random_;
    std::uint64_t places_ = 0;
    std::unordered_map<Uuid, Entry> entries_;
};

} // namespace evenfold::kernel
