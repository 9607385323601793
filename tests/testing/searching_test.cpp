#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <set>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/support/process/test_process.hpp"
#include "evenfold/tests/testing/gates.hpp"

namespace evenfold::gates {
namespace {

using testing::History;
using testing::Law;
using testing::Search;
using testing::SearchEffort;

/// Sets or removes an environment variable, and restores its previous state on destruction.
class EnvironmentVariable {
public:
    EnvironmentVariable(const char* name, const char* value) : name_(name) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
        if (const char* old = std::getenv(name)) old_ = old;
        value ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~EnvironmentVariable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
    EnvironmentVariable(const EnvironmentVariable&) = delete;
    EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

Law<Gate> harmless() {
    return {"harmless", "it always holds", [](const History<Gate>&) { return testing::holds(); }};
}
Law<Gate> broken(std::string_view name) {
    return {name, "it never holds", [](const History<Gate>&) { return testing::breaks("of course"); }};
}

Search<Gate> search_of(std::vector<Law<Gate>> laws, SearchEffort effort) {
    return {.laws = std::move(laws), .histories = {}, .effort = effort};
}

std::uint64_t histories(SearchEffort effort) {
    return testing::run_search(search_of({harmless()}, effort)).coverage.histories;
}

/// Returns the text of the first finding of a search, or an empty text if there is none.
template <testing::Testable D>
std::string first_finding(const Search<D>& search) {
    const auto findings = testing::find_broken_laws(search);
    return findings.empty() ? "" : to_text(findings.front());
}

/// Runs the test `name` in its own process, with EVENFOLD_ALONE in its environment as `way`. Returns its output.
std::string run_alone(const std::string& name, const std::string& way = "1") {
    const auto ended = tests::run_in_own_process(name, "EVENFOLD_ALONE=" + way);
    CHECK(ended.status != 0);
    return ended.output;
}
/// Calls itself until the stack is full, unless `depth` is 0 before.
std::uint64_t overflow(std::uint64_t depth) { // NOLINT(misc-no-recursion)
    const volatile std::uint64_t frame = depth;
    return depth == 0 ? 0 : overflow(depth - 1) + frame;
}
bool is_alone() {
    return std::getenv("EVENFOLD_ALONE") != nullptr; // NOLINT(concurrency-mt-unsafe): one thread
}

} // namespace

TEST_CASE("Search: the environment overrides any effort but a fixed one.") {
    const EnvironmentVariable seed("EVENFOLD_SEED", "77");
    const EnvironmentVariable cases("EVENFOLD_CASES", "3");
    CHECK(histories({.seed = 1, .cases = 5}) == 3);
    CHECK(histories({.seed = 1, .cases = 5, .fixed = true}) == 5);
    CHECK(testing::find_broken_laws(search_of({broken("never")}, {.seed = 1, .cases = 5})).front().seed == 77);
}

TEST_CASE("Search: without the environment its own effort applies.") {
    const EnvironmentVariable seed("EVENFOLD_SEED", nullptr);
    const EnvironmentVariable cases("EVENFOLD_CASES", nullptr);
    CHECK(histories({.seed = 1, .cases = 5}) == 5);
}

TEST_CASE("Search: an invalid number in the environment is reported with the name of the variable.") {
    for (const char* wrong : {"0", "", "many", "10k", "-1"}) {
        CAPTURE(wrong);
        const EnvironmentVariable cases("EVENFOLD_CASES", wrong);
        CHECK(first_finding(search_of({harmless()}, {})).find("EVENFOLD_CASES=" + std::string(wrong)) !=
              std::string::npos);
        CHECK(histories({.seed = 1, .cases = 2, .fixed = true}) == 2);
    }
    const EnvironmentVariable seed("EVENFOLD_SEED", "seven");
    const EnvironmentVariable cases("EVENFOLD_CASES", nullptr);
    CHECK(first_finding(search_of({harmless()}, {})).find("EVENFOLD_SEED=seven") != std::string::npos);
}

TEST_CASE("Search: one that tests nothing is a finding.") {
    const SearchEffort effort{.seed = 1, .cases = 5, .fixed = true};
    CHECK(first_finding(search_of({harmless()}, effort)).empty());
    CHECK(first_finding(search_of({}, effort)) == "nothing was tested: the search has no laws");
    Search<Stuck> stuck;
    stuck.effort = effort;
    CHECK(first_finding(stuck) == "nothing was tested: no command had events, so no law was exercised");
    Search<Gate> empty = search_of({harmless()}, effort);
    empty.histories.commands_max = 0;
    CHECK(first_finding(empty) == "nothing was tested: no command had events, so no law was exercised");
}

TEST_CASE("Search: kinds of commands that never had events are listed in one line.") {
    Search<Gate> search = search_of({harmless()}, {.seed = 1, .cases = 5, .fixed = true});
    CHECK(uncovered_text(testing::run_search(search).coverage).empty());
    search.histories.generators.weigh<Pull>(0);
    CHECK(uncovered_text(testing::run_search(search).coverage) == "never had events: Pull");
}

TEST_CASE("ChoiceSource: a chance above 100 percent is certain.") {
    testing::Random random(1);
    for (int time = 0; time < 200; ++time) CHECK(testing::ChoiceSource(random).chance(150));
}

TEST_CASE("Search: a finding states its law.") {
    CHECK(first_finding(search_of({broken("never")}, {.seed = 1, .cases = 1, .fixed = true}))
              .starts_with("the law never is broken (it never holds): of course\n"));
}

TEST_CASE("Search: a printed test checks the law that was broken, not the kit's law of that name.") {
    const auto history = testing::make_history<Gate>({Push{}});
    const auto is_own = [&](const Law<Gate>& law) {
        return testing::test_of(law, history).ends_with(", laws()));\n}\n");
    };
    CHECK_FALSE(is_own(testing::journals_agree<Gate>({})));
    CHECK_FALSE(is_own(testing::same_command_once<Gate>()));
    const auto memory = [] { return std::make_unique<journal::MemoryJournal>(); };
    CHECK(is_own(testing::journals_agree<Gate>({{"another", memory}})));
    CHECK(is_own(testing::same_command_once<Gate>(memory)));
    CHECK(is_own(testing::laws_of<Gate>({broken("never-throws")}).back()));
    CHECK(is_own(broken("never")));
}

TEST_CASE("Crash: law and seed are printed.") {
    if (is_alone()) {
        const Law<Gate> law{"crashes", "", [](const History<Gate>&) -> testing::Verdict { std::abort(); }};
        CHECK_LAWS(Gate, search_of({law}, {.seed = 9, .cases = 1, .fixed = true}));
        return;
    }
    const std::string text = run_alone("Crash: law and seed are printed.");
    CHECK(text.find("evenfold crashed (SIGABRT) while checking the law crashes, EVENFOLD_SEED=9 EVENFOLD_CASES=1\n") !=
          std::string::npos);
    CHECK(text.find("in the history of\n    Pu") != std::string::npos);
    CHECK(text.find("test case CRASHED: SIGABRT") != std::string::npos); // doctest reports the crash, too
}

TEST_CASE("Crash: a stack overflow and a termination are reported like others.") {
    const char* way = std::getenv("EVENFOLD_ALONE"); // NOLINT(concurrency-mt-unsafe): one thread
    const std::string name = "Crash: a stack overflow and a termination are reported like others.";
    if (way) {
        const Law<Gate> law{"ends", "", [&](const History<Gate>&) -> testing::Verdict {
                                if (way[0] == '2') static_cast<void>(::raise(SIGTERM));
                                return overflow(UINT64_MAX) > 0 ? testing::holds() : testing::breaks("");
                            }};
        CHECK_LAWS(Gate, search_of({law}, {.seed = 9, .cases = 1, .fixed = true}));
        return;
    }
    CHECK(run_alone(name).find("evenfold crashed (SIGSEGV) while checking the law ends, EVENFOLD_SEED=9") !=
          std::string::npos);
    CHECK(run_alone(name, "2").find("evenfold was terminated (SIGTERM) while checking the law ends, EVENFOLD_SEED=9") !=
          std::string::npos);
}

TEST_CASE("Search: no case of one seed is a case of another.") {
    std::set<std::uint64_t> seeds;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CHECK(testing::seed_of_case(seed, 0) == seed);
        for (std::uint64_t n = 0; n < 500; ++n) seeds.insert(testing::seed_of_case(seed, n));
    }
    CHECK(seeds.size() == 40 * 500);
}

TEST_CASE("Search: a kind of command that hardly had events is a finding, unless it is expected.") {
    Search<Gate> search = search_of({harmless()}, {.seed = 1, .cases = 100, .fixed = true});
    CHECK(first_finding(search).empty());
    search.histories.generators.weigh<Pull>(0);
    CHECK(first_finding(search) ==
          "Pull had events 0 times in 100 histories, fewer than 4: the laws were not tested on it; draw it more often, "
          "or expect this: .rare_kinds = {\"Pull\"}");
    search.rare_kinds = {"Pull"};
    CHECK(first_finding(search).empty());
    search.rare_kinds = {"Pul"};
    CHECK(first_finding(search) == "the rare kind 'Pul' is not a kind of command");
    search.rare_kinds = {};
    search.laws.push_back(broken("never")); // its cause may be that of the rare kind, too
    const auto findings = testing::find_broken_laws(search);
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().law == "never");
}

TEST_CASE("Search: one that the environment makes shorter reports no rare kinds.") {
    Search<Gate> search = search_of({harmless()}, {.seed = 1, .cases = 100});
    search.histories.generators.weigh<Pull>(0);
    const EnvironmentVariable seed("EVENFOLD_SEED", nullptr);
    for (const auto& [cases, is_reported] : {std::pair("99", false), std::pair("100", true), std::pair("200", true)}) {
        CAPTURE(cases);
        const EnvironmentVariable environment("EVENFOLD_CASES", cases);
        CHECK(first_finding(search).starts_with("Pull had events 0 times") == is_reported);
    }
    search.effort.cases = 24; // demands none
    const EnvironmentVariable longer("EVENFOLD_CASES", "100");
    CHECK(first_finding(search).empty());
}

TEST_CASE("Search: laws that the same history breaks are one finding.") {
    const auto findings = testing::find_broken_laws(
        search_of({broken("first"), harmless(), broken("second")}, {.cases = 5, .fixed = true}));
    REQUIRE(findings.size() == 1);
    CHECK(to_text(findings.front()).find("this also breaks second\n") != std::string::npos);
}

TEST_CASE("Reduction: a list of commands loses stretches and pairs.") {
    const std::array<int, 8> numbers{};
    std::vector<const void*> commands;
    for (const int& number : numbers) commands.push_back(&number);
    const auto has = [&](const std::vector<const void*>& list, std::size_t index) {
        return std::ranges::count(list, &numbers[index]) > 0;
    };
    const auto least = testing::reduced(commands, 1000, [&](const std::vector<const void*>& list) {
        return has(list, 1) && has(list, 6) && has(list, 2) == has(list, 5); // 2 and 5 leave together
    });
    CHECK(least == std::vector<const void*>{&numbers[1], &numbers[6]});
}

TEST_CASE("Vacuity: a search without laws fails the check.") {
    if (is_alone()) {
        CHECK_LAWS(Gate, search_of({}, {.seed = 9, .cases = 1, .fixed = true}));
        return;
    }
    const std::string text = run_alone("Vacuity: a search without laws fails the check.");
    CHECK(text.find("nothing was tested: the search has no laws") != std::string::npos);
}

} // namespace evenfold::gates
