#include <cstdio>

#include "counter.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace kernel = evenfold::kernel;

int main() {
    evenfold::journal::MemoryJournal journal;
    auto counter = kernel::Kernel<Counter>::open(journal, &kernel::now);
    if (!counter) return 1;
    const auto submit = [&](std::uint64_t amount) {
        return (*counter)->submit({.command = kernel::fresh<evenfold::CommandId>(),
                                   .actor = evenfold::Actor::user,
                                   .at = kernel::now(),
                                   .cause = {},
                                   .correlation = {},
                                   .body = Add{amount}});
    };
    if (!submit(60) || submit(60) || !submit(40)) return 1;
    const auto total = (*counter)->read([](const Total& model, evenfold::Sequence) { return model.value; });
    const auto replayed = kernel::replay<Counter>(journal);
    if (total != 100 || !replayed || replayed->model.value != total) return 1;
    std::puts("consumer: a domain of its own works, and a limit holds");
}
