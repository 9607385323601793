#include <algorithm>

#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/metering.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {

using metering::Steps;
using testing::Random;

TEST_CASE("Histories: a signed counter that accepts only its successor advances, also below zero.") {
    const testing::HistoryOptions<Steps> how;
    std::int64_t longest = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        longest = std::max(longest, testing::generate_history(random, how).history.model.reading);
    }
    CHECK(longest > 15);
}

TEST_CASE("Histories: in many of them a created entity still exists at the end.") {
    const testing::HistoryOptions<Notes> how;
    std::size_t with_notes = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        const auto history = testing::generate_history(random, how).history;
        with_notes += history.model.notes.empty() ? 0 : 1;
    }
    CHECK(with_notes > 50);
}

} // namespace evenfold::notes
