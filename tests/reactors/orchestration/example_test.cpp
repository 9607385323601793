#include <doctest/doctest.h>
#include <fmt/core.h>

#include <fstream>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/reactors/orchestration/thread_claims.hpp"
#include "evenfold/testing/simulation.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/ids.hpp"

// The examples of the public headers, so that the compiler checks them.

namespace evenfold::orchestration {

TEST_CASE("Examples: git_reactors.hpp runs the git effects.") {
    journal::MemoryJournal journal;
    const auto opened = kernel::Kernel<Orchestration>::open(journal, [] { return Instant{1}; });
    REQUIRE(opened);
    kernel::Kernel<Orchestration>& kernel = **opened;
    testing::SimulatedRuntime runtime(1);

    Reactors reactors;
    add_git_reactors(reactors, {.worktrees = "worktrees", .excluded_file = "journal.db"});
    kernel::ReactorLoop<Orchestration> loop(kernel, reactors, runtime);
    CHECK_FALSE(loop.step());
}

TEST_CASE("Examples: thread_claims.hpp claims a thread.") {
    const journal::ScratchFolder folder;
    const std::string database = folder / "journal.db";
    std::ofstream(database).put('x');
    const auto thread = tests::id<ThreadId>(1);

    const auto claims = ThreadClaims::open(database);
    if (!claims->claim(thread)) fmt::print("another program works on this thread\n");
    CHECK_FALSE(claims->is_claimed_elsewhere(thread));
}

} // namespace evenfold::orchestration
