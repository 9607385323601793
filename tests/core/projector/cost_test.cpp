#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "evenfold/tests/support/stories.hpp"

// F7: the work of one event must not grow with the history before it (#4008, #5719, #4756, #5855, #6613, #5110).

namespace evenfold::orchestration::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned deltas_a_turn = 100;
constexpr int deltas_measured = 200;
constexpr int rounds = 7;
constexpr double ratio_max = 8; // over a thousandfold history; the law's own bound applies to benchmarks

/// Returns a running turn after `turns` others, each with a hundred blocks.
Model after_history(unsigned turns) {
    Model model = a_thread_with_a_starting_turn().model;
    const TurnSettings settings = model->index.find(the_thread)->settings;
    for (unsigned number = 1; number <= turns; ++number) {
        const auto turn = id<TurnId>(number);
        model = project(std::move(model), TurnStarted{.turn = turn,
                                                      .thread = the_thread,
                                                      .ordinal = number,
                                                      .message = id<MessageId>(number),
                                                      .frozen = settings});
        for (unsigned seq = 1; seq <= deltas_a_turn; ++seq) {
            model = project(std::move(model), TextAppended{.turn = turn,
                                                           .seq = seq,
                                                           .block = seq - 1,
                                                           .text = "a text of some length, as they come",
                                                           .parent = {}});
        }
        if (number < turns) {
            model = project(std::move(model), TurnInterrupted{.turn = turn, .seq = {}, .reason = "r"});
        }
    }
    return project(std::move(model), SessionBound{.thread = the_thread, .epoch = 1, .session_ref = "s", .folder = {}});
}

/// Returns the least time, of several rounds, in which `step` takes one model through all measured deltas.
template <class Step>
double seconds(unsigned turns, Step step) {
    Model model = after_history(turns);
    const auto turn = id<TurnId>(turns);
    std::uint64_t seq = deltas_a_turn;
    double least = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        for (int count = 0; count < deltas_measured; ++count)
            model = step(std::move(model), ingest(++seq, says("abc"), turn));
        least = std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    REQUIRE(model->index.find(turn)->last_seq == seq);
    return least;
}

Model in_place(Model model, const Command& asked) {
    const Decision decision = decide(asked, model);
    return fold(std::move(model), *decision);
}

} // namespace

TEST_CASE("F7 throughput: the cost of a delta does not depend on the number of events before it.") {
    const double early = seconds(1, in_place);
    const double late = seconds(1000, in_place);
    CAPTURE(early);
    CAPTURE(late);
    CHECK(late < ratio_max * early);
}

TEST_CASE("F7 throughput: the measurement detects a cost that grows with history.") {
    // The control visits all turns for each delta, as systems did whose cost grew.
    const auto walking = [](Model model, const Command& asked) {
        std::uint64_t seen = 0;
        for (const Turn* turn : model->index.turns.sorted()) seen += turn->last_seq;
        return seen == 0 ? model : in_place(std::move(model), asked);
    };
    CHECK(seconds(1000, walking) > ratio_max * seconds(1, walking));
}

} // namespace evenfold::orchestration::tests
