#include <algorithm>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/embedder/depot.hpp"

namespace depot {

TEST_CASE("Depot: obeys all laws that hold for any domain.") {
    CHECK_LAWS(Domain);
}

TEST_CASE("Depot: in five hundred histories every kind of command has events at least twenty times.") {
    for (const std::uint64_t seed : {1U, 1001U, 2001U, 3001U, 4001U}) {
        CAPTURE(seed);
        evenfold::testing::Search<Domain> search{.laws = {}, .effort = {.seed = seed, .fixed = true}};
        search.laws.push_back({"harmless", "it always holds", [](const auto&) { return evenfold::testing::holds(); }});
        const auto result = run_search(search);
        CHECK(result.coverage.kinds.size() == 16);
        for (const auto& [kind, counts] : result.coverage.kinds) {
            CAPTURE(kind);
            CHECK(counts.events >= 20);
        }
        CHECK(result.findings.empty());
    }
}

} // namespace depot
