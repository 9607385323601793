#include <doctest/doctest.h>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/embedder/depot.hpp"

namespace kernel = evenfold::kernel;

TEST_CASE("Depot: a kernel accepts a command, and another kernel replays its event.") {
    evenfold::journal::MemoryJournal journal;
    const depot::SiteId site{kernel::fresh<evenfold::CommandId>().uuid};
    const auto first = kernel::Kernel<depot::Domain>::open(journal, &kernel::now);
    REQUIRE(first);
    const auto outcome =
        (*first)->submit({.command = kernel::fresh<evenfold::CommandId>(),
                          .actor = evenfold::Actor::user,
                          .at = kernel::now(),
                          .cause = {},
                          .correlation = {},
                          .body = depot::OpenSite{.site = site, .name = "north", .climate = {}, .address = {}}});
    REQUIRE(outcome);
    CHECK(outcome->count == 1);

    const auto second = kernel::Kernel<depot::Domain>::open(journal, &kernel::now);
    REQUIRE(second);
    const auto snapshot = (*second)->snapshot();
    REQUIRE(snapshot->model.sites.contains(site));
    CHECK(snapshot->model.sites.find(site)->name == "north");
}
