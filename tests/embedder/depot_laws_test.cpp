#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/embedder/depot.hpp"

TEST_CASE("Depot: obeys all laws that hold for any domain.") {
    evenfold::testing::Search<depot::Domain> search;
    search.effort.cases = 100;
    CHECK_LAWS(depot::Domain, search);
}
