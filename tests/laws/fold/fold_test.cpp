#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/fold/logs.hpp"

// A batch is folded in place, and open texts are found through a cache. Both must give what `project` gives for copies
// of the model, which have no cache.

namespace evenfold::orchestration::tests {
namespace {

constexpr std::size_t events_max = 300; // because each is projected on a copy

Model projected_on_copies(const Events& log) {
    Model model;
    for (const Event& event : log) {
        const Model before = model;
        model = project(before, event);
    }
    return model;
}

/// Folds the log in two batches that meet at `cut`.
Model in_batches(const Events& log, std::size_t cut) {
    const std::span<const Event> all = log;
    return fold(fold(Model{}, all.first(cut)), all.subspan(cut));
}

Model one_by_one(const Events& log) {
    Model model;
    for (const Event& event : log) model = project(std::move(model), event);
    return model;
}

/// Returns the log with deltas between its events, two at a time to the open block of some turn, or to a new one. Every
/// third pair is for the turn of the last pair, which may have been removed. Some messages of users become replies.
Events laced(const Events& log, testing::Random& random) {
    Events all;
    Model model;
    const auto add = [&](const Event& event) {
        model = project(std::move(model), event);
        all.push_back(event);
    };
    TextAppended delta;
    for (Event event : log) {
        auto* message = std::get_if<MessageAdded>(&event);
        if (message && random.next() % 4 == 0) message->role = Role::assistant;
        add(event);
        const auto turns = model->index.turns.sorted();
        if (!turns.empty() && random.next() % 3 != 0) {
            const Turn& turn = *turns[random.next() % turns.size()];
            delta = {.turn = turn.id,
                     .seq = turn.last_seq,
                     .block = turn.open_block ? turn.open_block->index : turn.blocks,
                     .text = "so",
                     .parent = {}};
        }
        for (int left = 2; left > 0; --left) {
            ++delta.seq;
            const Turn* turn = model->index.find(delta.turn);
            if (turn && turn->open_block && turn->open_block->kind == BlockKind::thinking)
                add(ThinkingAppended{.turn = delta.turn,
                                     .seq = delta.seq,
                                     .block = delta.block,
                                     .text = "hm",
                                     .signature = {},
                                     .parent = {}});
            else
                add(delta);
        }
    }
    return all;
}

void check(const Events& log, const std::string& kind, std::uint64_t seed) {
    CAPTURE(kind);
    CAPTURE(seed);
    const Model expected = projected_on_copies(log);
    CHECK((fold(Model{}, log) == expected));
    CHECK((in_batches(log, seed * 7919 % (log.size() + 1)) == expected));
    CHECK((one_by_one(log) == expected));
}

} // namespace

TEST_CASE("fold: a batch gives the model of events that are projected on copies, for ordered and disordered logs.") {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        testing::Random random(seed);
        for (const auto& drawn : std::array{of_all_kinds(), with_short_turns()}) {
            Events log = generated_log(seed, drawn);
            if (log.size() > events_max) log.erase(log.begin() + events_max, log.end());
            check(log, "as generated", seed);
            check(shuffled(log, 3, random), "shuffled", seed);
            check(shuffled(log, log.size(), random), "shuffled far", seed);
            check(again(log, random), "repeated", seed);
            check(astray(log, random), "astray", seed);
            const Events start(log.begin(),
                               log.begin() + static_cast<std::ptrdiff_t>(std::min(log.size(), events_max / 3)));
            check(laced(start, random), "laced", seed);
            check(laced(again(start, random), random), "repeated and laced", seed);
            check(laced(shuffled(start, start.size(), random), random), "shuffled far and laced", seed);
            check(riffled(log, generated_log(seed + 1000, drawn), random), "riffled", seed);
        }
    }
}

} // namespace evenfold::orchestration::tests
