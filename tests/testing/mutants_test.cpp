#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

constexpr testing::Effort budget{.seed = 1, .cases = 60, .reductions_max = 0};

std::vector<std::string> found_with(Bug bug) {
    planted = bug;
    testing::Search<Notes> search{.laws = testing::laws_of<Notes>(), .drawn = {}, .effort = budget};
    for (auto& law : laws()) search.laws.push_back(std::move(law));
    std::vector<std::string> names;
    for (const testing::Finding& finding : testing::broken_laws(search)) names.push_back(finding.law);
    planted = Bug::none;
    return names;
}

} // namespace

TEST_CASE("Mutants: the suite finds every bug, and none where there is none.") {
    CHECK(found_with(Bug::none).empty());
    for (std::size_t bug = 1; bug < static_cast<std::size_t>(Bug::last_bug); ++bug) {
        CAPTURE(enumerator_names<Bug>[bug]);
        const auto found = found_with(static_cast<Bug>(bug));
        CHECK(!found.empty());
        MESSAGE(enumerator_names<Bug>[bug], ": ", fmt::format("{}", fmt::join(found, ", ")));
    }
}

} // namespace evenfold::notes
