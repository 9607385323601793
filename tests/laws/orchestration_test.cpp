#include "evenfold/core/decider/orchestration.hpp"

#include <chrono>
#include <ctime>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/laws/histories.hpp"
#include "evenfold/tests/laws/suite.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns the seconds of processor time used so far.
double seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Checks all laws over histories of that kind. The environment may set the seed and the number of cases.
void check(const testing::HistoryOptions<Core>& drawn) {
    const testing::SearchEffort effort{.seed = 1, .cases = 200, .reductions_max = 4000};
    const double started = seconds();
    const testing::SearchResult result =
        testing::run_search<Core>({.laws = laws(), .histories = drawn, .effort = effort, .rare_kinds = rare_in_work});
    for (const testing::Finding& finding : result.findings) FAIL_CHECK(to_text(finding));
    const double taken = seconds() - started;
    const double rate = static_cast<double>(result.coverage.commands) / taken;
    const testing::SearchEffort spent = testing::from_environment(effort);
    MESSAGE("seed " << spent.seed << ", " << taken << " s of one core, " << static_cast<int>(rate)
                    << " commands/s under all laws; " << to_text(result.coverage));
    CHECK(result.coverage.histories == spent.cases);
    if (spent.cases >= effort.cases) CHECK(result.coverage.kinds_without_events().empty());
}

/// Returns the history of the first `commands` commands of the benchmark mix.
CoreHistory history_of(const bench::MixShape& shape, std::size_t commands) {
    CoreHistory history;
    for (Command& command : bench::commands_of(shape, commands)) {
        auto answer = evenfold::decide<Core>(command, history.model);
        REQUIRE(answer);
        history.model = folded<Core>(std::move(history.model), *answer);
        history.steps.push_back({.command = std::move(command), .decision = std::move(answer)});
    }
    return history;
}

} // namespace

TEST_CASE("orchestration: the laws of every domain hold over histories generated from its shape alone.") {
    CHECK_LAWS(Orchestration, .rare_kinds = rare_by_shape);
}

TEST_CASE("orchestration: L1 to L38 hold over histories with measured frequencies.") {
    check(as_measured());
}

TEST_CASE("orchestration: L1 to L38 hold over histories of short turns.") {
    check(with_short_turns());
}

TEST_CASE("orchestration: L1 to L38 hold over histories of all kinds of commands.") {
    check(of_all_kinds());
}

TEST_CASE("orchestration: L1 to L38 hold over the benchmark mix.") {
    for (const bench::MixShape& shape : {bench::MixShape{}, bench::scattered(), bench::ten_agents()}) {
        const CoreHistory history = history_of(shape, 3'000);
        for (const CoreLaw& law : laws()) {
            const testing::Verdict verdict = law.check(history);
            CHECK_MESSAGE(verdict, law.name, ": ", verdict.message());
        }
    }
}

} // namespace evenfold::orchestration::tests
