/// Which effects run when: lanes, urgency, deadlines, retries. Pure: time, chance and what is outstanding come in.
/// Shape: effects are known by their ids; one of a lane runs at a time; of those that wait the most urgent goes first,
/// then the one that was seen first. What runs is never begun again before it has ended.
/// Cost: each call is O(n log n) in the effects that are outstanding.
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

/// An effect that is outstanding. An empty lane is the effect's own. One that is told to be dead when it is first seen
/// is given up without an attempt.
struct Due {
    Uuid effect;
    std::string lane;
    Policy policy;
    std::string dead; // why; empty: it is not
};

/// How an attempt ended.
enum class Ended : std::uint8_t {
    answered, // its commands were accepted: if it is still outstanding at the next look, the attempt has failed
    waiting,  // it was begun outside and will be confirmed from there: if it is not until its deadline, it has failed
    failed,   // it may be tried again
    hopeless  // it makes no sense to try again
};

/// An attempt, counted from 1, that begins now.
struct Begun {
    Uuid effect;
    std::uint32_t attempt = 0;
    Moment deadline{};
    friend bool operator==(const Begun&, const Begun&) = default;
};

/// An effect that is not tried any more: a command must say so, with the reason of the last attempt.
struct GivenUp {
    Uuid effect;
    std::uint32_t attempts = 0;
    std::string reason;
    friend bool operator==(const GivenUp&, const GivenUp&) = default;
};

class Schedule {
public:
    /// At most `running_max` effects run at a time, those of control not counted.
    Schedule(std::size_t running_max, std::uint64_t seed) : running_max_(running_max), random_(seed) {}

    /// What is outstanding now. What is not any more is forgotten, once it does not run.
    void look(const std::vector<Due>& due, Moment now);

    /// The effects whose time has come; they run from here on.
    [[nodiscard]] std::vector<Begun> begin(Moment now);

    /// A running attempt has ended. Answers when there will be another at the earliest; nothing when there will be none
    /// or that is not known yet.
    std::optional<Moment> end(const Uuid& effect, Ended how, std::string reason, Moment now);

    /// Running attempts that are past their deadline, each told once: they are to be asked to stop.
    [[nodiscard]] std::vector<Uuid> overdue(Moment now);

    /// Effects that are given up, each told again after the longest backoff while it is outstanding.
    [[nodiscard]] std::vector<GivenUp> give_up(Moment now);

    /// When one of the three above has something to tell, unless something happens first.
    [[nodiscard]] std::optional<Moment> next() const;

    [[nodiscard]] std::size_t running() const;

private:
    enum class State : std::uint8_t { waits, runs, answered, confirming, hopeless };

    struct Entry {
        Due due;
        std::uint64_t place = 0; // in the order of first sight
        State state = State::waits;
        std::uint32_t attempts = 0;
        Moment until{}; // waits: not before; runs, confirming: the deadline; hopeless: when to tell again
        std::string reason;
        bool is_told = false; // to stop
        bool is_gone = false; // while it runs: no longer outstanding
    };

    /// What runs now: the lanes that have one, and how many but those of control.
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
