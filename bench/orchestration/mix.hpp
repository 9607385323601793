/// `Mix`: the work of coding agents as a seeded stream of commands, for benches and laws. Several concurrent agents,
/// each with its own project, run thread after thread, turn after turn. All choices follow from the seed, identically
/// with every compiler. One thread at a time may use a Mix.
/// About 90 in 100 of its events are text deltas. bench/README.md describes the mix.
///
///     bench::Mix mix(bench::ten_agents());
///     const orchestration::Command first = mix.next();
///     assert(std::holds_alternative<orchestration::CreateProject>(first));
///     const std::vector<orchestration::Event> events = bench::events_of({.seed = 7}, 1'000);
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/choices.hpp"

namespace evenfold::bench {

/// From `least` to `most`, uniformly distributed.
struct Range {
    std::size_t least;
    std::size_t most;
    friend bool operator==(const Range&, const Range&) = default;
};

/// Amounts of each part of the mix. Sizes in bytes; `one_in` of 0 means never.
struct MixShape {
    std::uint64_t seed = 42;
    std::size_t slots = 8;
    std::size_t switch_one_in = 4; // switches to another slot after an event
    std::size_t threads = 20;      // per project, before the next
    Range turns{1, 23};            // per thread
    Range segments{1, 4};          // per turn: deltas, then calls except in the last
    Range deltas{1, 101};
    Range calls{1, 2};
    Range delta_bytes{1, 23};
    Range prompt_bytes{20, 180};
    Range input_bytes{40, 200};
    Range output_bytes{100, 400};
    std::size_t approval_one_in = 5; // calls
    std::size_t thread_deleted_one_in = 10;
    std::size_t project_deleted_one_in = 10;
    friend bool operator==(const MixShape&, const MixShape&) = default;
};

/// One slot: the best locality.
[[nodiscard]] MixShape one_slot();
/// 64 slots, and a switch after each event: the worst locality.
[[nodiscard]] MixShape scattered();
/// One agent: 17,800 tool calls in one thread.
[[nodiscard]] MixShape one_long_thread();
/// One agent: replies of 3,024 deltas of three bytes.
[[nodiscard]] MixShape small_pieces();
/// Ten concurrent agents.
[[nodiscard]] MixShape ten_agents();
/// A year of a team: 4,000,000 events in 1,037 threads.
[[nodiscard]] MixShape many_threads();

/// The endless sequence of commands. The decider accepts each if all earlier ones were submitted.
class Mix {
public:
    explicit Mix(const MixShape& shape = {});

    [[nodiscard]] orchestration::Command next();

private:
    /// The progress of one agent; its commands are generated several at a time.
    struct AgentSlot {
        std::deque<orchestration::Command> ahead;
        orchestration::ProjectId project;
        std::size_t threads = 0; // begun in the project
        orchestration::ThreadId thread;
        std::size_t turns_left = 0; // of the thread
        std::size_t turns_begun = 0;
    };

    void refill(AgentSlot& slot);
    void begin_project(AgentSlot& slot);
    void begin_thread(AgentSlot& slot);
    void end_thread(AgentSlot& slot);
    void turn(AgentSlot& slot);

    [[nodiscard]] std::size_t draw(Range range);
    [[nodiscard]] bool happens(std::size_t one_in);
    [[nodiscard]] std::string text(Range bytes);
    template <class Tag>
    [[nodiscard]] Id<Tag> fresh();

    MixShape shape_;
    testing::Random random_;
    std::vector<AgentSlot> slots_;
    std::size_t at_ = 0;
};

/// Returns the events of the first commands of the mix: `count` or slightly more.
[[nodiscard]] std::vector<orchestration::Event> events_of(const MixShape& shape, std::size_t count);

/// Returns the commands that make these events.
[[nodiscard]] std::vector<orchestration::Command> commands_of(const MixShape& shape, std::size_t count);

} // namespace evenfold::bench
