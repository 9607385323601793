#include <cstdio>
#include <filesystem>
#include <limits>

#include "counter.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#ifdef CONSUMER_HAS_SQLITE
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#endif

namespace kernel = evenfold::kernel;
using evenfold::journal::Journal;

/// Submits `command` and prints the outcome. Returns whether it was accepted.
bool ask(kernel::Kernel<Counter>& counter, Counter::Command command) {
    const kernel::Outcome<Counter> outcome = counter.submit({.command = kernel::fresh<evenfold::CommandId>(),
                                                             .actor = evenfold::Actor::user,
                                                             .at = kernel::now(),
                                                             .cause = {},
                                                             .correlation = {},
                                                             .body = command});
    if (outcome) {
        std::printf("yes: %zu event(s) from %zu\n", std::size_t{outcome->count}, std::size_t{outcome->first});
    } else if (const auto* no = std::get_if<kernel::Rejected<Counter>>(&outcome.error())) {
        std::printf("no: the limit is %zu\n", std::size_t{no->error.limit});
    } else if (const auto* failure = std::get_if<evenfold::journal::Failure>(&outcome.error())) {
        std::printf("failed: %s; %s\n", failure->what.c_str(), failure->remedy.c_str());
    }
    return outcome.has_value();
}

/// Returns whether a snapshot stays unchanged while the counter goes on.
bool hold(kernel::Kernel<Counter>& counter) {
    const kernel::Snapshot<Counter> before = counter.snapshot();
    if (!ask(counter, Clear{})) return false;
    const kernel::Snapshot<Counter> after = counter.snapshot();
    return before->model.value == 100 && after->model.value == 0 && after->head == before->head + 1;
}

/// Returns whether the limit holds, and whether a replay of the journal has the same total.
bool count(Journal& journal) {
    auto counter = kernel::Kernel<Counter>::open(journal, &kernel::now);
    if (!counter) return false;
    if (!ask(**counter, Clear{}) || !ask(**counter, Add{60})) return false;
    if (ask(**counter, Add{60}) || ask(**counter, Add{std::numeric_limits<std::uint64_t>::max()})) return false;
    if (!ask(**counter, Add{40})) return false;
    const auto total = (*counter)->read([](const Total& model, evenfold::Sequence) { return model.value; });
    const auto replayed = kernel::replay<Counter>(journal);
    return total == 100 && replayed && replayed->model.value == total && hold(**counter);
}

/// Folds events without a journal, for readers in other threads.
std::uint64_t count_for_readers() {
    kernel::Versions<Counter> versions;
    for (std::uint64_t number = 1; number <= 640; ++number) {
        versions.project(Added{1});
        if (number % 64 == 0) versions.publish();
    }
    const kernel::Snapshot<Counter> now = versions.snapshot(); // in any thread, at any time
    return now->model.value;
}

extern "C" int consume() {
    evenfold::journal::MemoryJournal memory;
    if (!count(memory) || count_for_readers() != 640) return 1;
#ifdef CONSUMER_HAS_SQLITE
    const auto folder = std::filesystem::temp_directory_path() / ("counter-" + to_text(kernel::fresh_uuid()));
    std::filesystem::create_directory(folder);
    bool counted = false;
    {
        const auto file = evenfold::journal::open_sqlite_journal(folder / "c.db", evenfold::journal::Access::create);
        counted = file && count(**file);
    }
    std::filesystem::remove_all(folder);
    if (!counted) return 1;
#endif
    std::puts("consumer: a domain of its own works, and a limit holds");
    return 0;
}
