#include "evenfold/tests/faults/kill_rounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/writing_process.hpp"

namespace evenfold::tests::faults {

std::uint64_t lost_by_kills(const TestedStore& store, int rounds, Acknowledge when, std::mt19937& random) {
    std::uint64_t done = 0;
    for (int round = 0; round < rounds; ++round) {
        WritingProcess writer(store, done, {.when = when});
        CHECK(writer.await(random() % 30));
        writer.kill_soon(random);
        done = writer.acknowledged();
        const Judgement judgement = judge(store, {done, done});
        if (judgement.lost > 0) return judgement.lost;
        CHECK_MESSAGE(judgement.is_good(), judgement.text());
    }
    return 0;
}

void in_groups(int rounds, const std::function<void(int rounds)>& run) {
    for (int left = rounds; left > 0; left -= rounds_per_journal) run(std::min(left, rounds_per_journal));
}

} // namespace evenfold::tests::faults
