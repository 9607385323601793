#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/embedder/faulty_depot.hpp"
#include "evenfold/tests/support/process/test_process.hpp"

// Shows what the laws of every domain find, without a law of the depot's own, in a search with the default settings.

namespace depot {
namespace {

using evenfold::testing::Finding;

constexpr std::size_t commands_max = 6;

/// A bug, and the law that finds it; empty if only a law of the depot's own would.
struct PlantedBug {
    Bug bug;
    std::string_view law;
    bool is_repeatable = true; // whether the same history breaks the law again
};
constexpr auto bugs = std::to_array<PlantedBug>({
    {Bug::closed_site_keeps_its_shelves, ""},
    {Bug::received_lot_counts_twice, ""},
    {Bug::project_counts_in_a_static, "replay-equals-live", false},
    {Bug::lots_expire_in_hash_order, "order-free"},
    {Bug::fourth_chunk_is_lost, ""},
    {Bug::rename_is_ignored, "events-matter"},
    {Bug::decide_reads_the_clock, "no-ambient-input"},
    {Bug::field_is_not_initialised, "replay-equals-live", false},
    {Bug::decide_changes_the_model, "inputs-left-alone"},
    {Bug::decide_throws_at_a_long_name, "never-throws"},
    {Bug::decide_keeps_the_last_lot, "deterministic-decide"},
    {Bug::ships_what_is_not_reserved, "events-matter"},
    {Bug::shipped_twice, ""},
    {Bug::discarded_lot_keeps_its_reservations, ""},
    {Bug::shelf_holds_one_more, ""},
    {Bug::project_throws_at_a_missing_lot, "total-project"},
    {Bug::clock_is_kept_in_a_static, "no-ambient-input", false},
    {Bug::lot_expires_in_hash_order, "order-free"},
    {Bug::id_is_random, "no-ambient-input"},
    {Bug::abort_is_decided_by_address, "deterministic-decide", false},
    {Bug::capacity_overflows, ""},
    {Bug::project_moves_the_clock, "replay-equals-live", false},
});

std::vector<Finding> findings_with(Bug bug) {
    planted = bug;
    const auto findings = evenfold::testing::find_broken_laws<FaultyDepot>({.effort = {.fixed = true}});
    planted = Bug::none;
    return findings;
}

std::size_t commands_in(const Finding& finding) {
    std::size_t commands = 0;
    for (std::size_t at = 0; (at = finding.code.find("\n        ", at)) != std::string::npos; ++at) ++commands;
    return commands;
}

bool names(const Finding& finding, std::string_view law) {
    return finding.law == law || std::ranges::count(finding.others, law) > 0;
}

/// Returns the output of the test `name` in its own process, in which the bug is planted.
std::string output_with(Bug bug, const std::string& name) {
    const auto ended =
        evenfold::tests::run_in_own_process(name, "EVENFOLD_BUG=" + std::to_string(static_cast<int>(bug)));
    CHECK(ended.status != 0);
    return ended.output;
}

} // namespace

TEST_CASE("Faulty depot: each bug is found by its law, once, with at most six commands.") {
    CHECK(findings_with(Bug::none).empty());
    std::size_t found = 0;
    for (const PlantedBug& one : bugs) {
        CAPTURE(name_of(one.bug));
        const std::vector<Finding> findings = findings_with(one.bug);
        for (const Finding& finding : findings) INFO(to_text(finding));
        CHECK(findings.size() == (one.law.empty() ? 0 : 1));
        if (findings.empty()) continue;
        CAPTURE(to_text(findings.front()));
        CHECK(names(findings.front(), one.law));
        if (one.is_repeatable) CHECK(commands_in(findings.front()) <= commands_max);
        found += one.bug <= Bug::shipped_twice ? 1 : 0;
    }
    CHECK(found + 1 >= 10); // a test below finds the endless loop
}

// The searches of the two tests below. Does nothing without their environment.
TEST_CASE("Faulty depot: a search crashes or hangs in a process of its own.") {
    const char* bug = std::getenv("EVENFOLD_BUG"); // NOLINT(concurrency-mt-unsafe): one thread
    if (!bug) return;
    planted = static_cast<Bug>(std::atoi(bug)); // NOLINT(cert-err34-c): set by the tests below
    CHECK_LAWS(FaultyDepot, .effort = {.seconds_max = 1, .fixed = true});
}

TEST_CASE("Faulty depot: a hang is reported with law or generation, seed, command and history.") {
    const std::string text =
        output_with(Bug::decide_loops, "Faulty depot: a search crashes or hangs in a process of its own.");
    CAPTURE(text);
    CHECK(text.find("evenfold gave up on a history after 1 s while ") != std::string::npos);
    CHECK(text.find(", EVENFOLD_SEED=") != std::string::npos);
    CHECK(text.find("\nat AdjustLot{") != std::string::npos);
    CHECK(text.find(".delta = 3, ") != std::string::npos);
    CHECK(text.find("in the history of\n    ") != std::string::npos);
    CHECK(text.find("\n    ReceiveLot{") != std::string::npos);
}

TEST_CASE("Faulty depot: a crash is reported with the event and the history.") {
    const std::string text = output_with(Bug::project_follows_a_null_pointer,
                                         "Faulty depot: a search crashes or hangs in a process of its own.");
    CAPTURE(text);
    CHECK(text.find("evenfold crashed (SIGSEGV) while checking the law total-project, EVENFOLD_SEED=") !=
          std::string::npos);
    CHECK(text.find("\nat LotAdjusted{") != std::string::npos);
    CHECK(text.find("in the history of\n    ") != std::string::npos);
}

} // namespace depot
