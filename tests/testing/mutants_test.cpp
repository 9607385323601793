#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

constexpr testing::SearchEffort budget{.seed = 1, .cases = 60, .reductions_max = 0, .fixed = true};

/// A bug, and the law that must find it; other laws may find it, too.
struct Mutant {
    Bug bug;
    std::string_view law;
};
constexpr std::array<Mutant, static_cast<std::size_t>(Bug::last_bug) - 1> table{{
    {Bug::decide_counts_its_calls, "deterministic-decide"},
    {Bug::decide_keeps_the_last_decision, "deterministic-decide"},
    {Bug::decide_changes_the_model, "inputs-left-alone"},
    {Bug::decide_sees_addresses, "deterministic-decide"},
    {Bug::id_used_again, "ids-once"},
    {Bug::id_of_a_live_note_used_again, "ids-once"},
    {Bug::version_off_by_one, "guards-hold"},
    {Bug::version_not_checked, "guards-hold"},
    {Bug::gap_accepted, "texts-whole"},
    {Bug::add_to_a_missing_folder, "notes-in-folders"},
    {Bug::move_to_a_missing_folder, "notes-in-folders"},
    {Bug::refuses_by_throwing, "never-throws"},
    {Bug::decide_reads_the_clock, "no-ambient-input"},
    {Bug::decide_draws_random_numbers, "no-ambient-input"},
    {Bug::decide_reads_the_environment, "no-ambient-input"},
    {Bug::decide_reads_a_file, "no-ambient-input"},
    {Bug::decide_lists_in_hash_order, "order-free"},
    {Bug::project_forgets_the_cascade, "notes-in-folders"},
    {Bug::project_ends_the_cascade_at_the_first, "notes-in-folders"},
    {Bug::project_forgets_to_retire, "ids-once"},
    {Bug::project_forgets_retiring_in_the_cascade, "ids-once"},
    {Bug::project_drops_a_chunk, "texts-whole"},
    {Bug::project_doubles_a_chunk, "texts-whole"},
    {Bug::project_forgets_the_version, "versions-count"},
    {Bug::project_keeps_the_note_in_its_old_folder, "notes-in-folders"},
    {Bug::project_counts_in_a_static, "replay-equals-live"},
    {Bug::project_throws_at_a_missing_folder, "total-project"},
    {Bug::project_changes_at_unknown_events, "total-project"},
    {Bug::project_needs_a_deleted_note, "total-project"},
    {Bug::project_depends_on_being_moved, "replay-equals-live"},
    {Bug::project_reads_another_folder, "notes-in-folders"},
    {Bug::project_ignores_a_rename, "events-matter"},
    {Bug::project_renames_other_folders, "touches-only-named"},
    {Bug::project_reads_the_clock, "no-ambient-input"},
    {Bug::project_picks_in_hash_order, "order-free"},
    {Bug::event_has_a_field_that_is_not_stored, "codec-round-trip"},
    {Bug::snapshot_forgets_a_field, "codec-round-trip"},
    {Bug::snapshot_forgets_a_field_that_equality_ignores, "snapshot-and-tail"},
}};

std::vector<std::string> found_with(Bug bug) {
    planted = bug;
    testing::Search<Notes> search{.laws = testing::laws_of<Notes>(), .histories = {}, .effort = budget};
    for (auto& law : laws()) search.laws.push_back(std::move(law));
    std::vector<std::string> names;
    for (const testing::Finding& finding : testing::find_broken_laws(search)) {
        names.push_back(finding.law);
        names.insert(names.end(), finding.others.begin(), finding.others.end());
    }
    planted = Bug::none;
    return names;
}

} // namespace

TEST_CASE("Mutants: each bug is found by its law, and the correct domain breaks no law.") {
    CHECK(found_with(Bug::none).empty());
    for (std::size_t index = 0; index < table.size(); ++index) {
        CAPTURE(name_of(table[index].bug));
        CHECK(static_cast<std::size_t>(table[index].bug) == index + 1);
        const auto found = found_with(table[index].bug);
        std::string all;
        for (const std::string& law : found) all += law + " ";
        CAPTURE(all);
        CHECK(std::ranges::count(found, table[index].law) == 1);
    }
}

TEST_CASE("Mutants: docs/laws.md lists the same bugs and laws.") {
    std::ifstream file(tests::source_tree() + "/docs/laws.md");
    std::stringstream page;
    page << file.rdbuf();
    for (const Mutant& mutant : table) {
        std::string bug(name_of(mutant.bug));
        std::ranges::replace(bug, '_', ' ');
        const std::string line = "| " + bug + " | " + std::string(mutant.law) + " |";
        CAPTURE(line);
        CHECK(page.str().find(line) != std::string::npos);
    }
}

} // namespace evenfold::notes
