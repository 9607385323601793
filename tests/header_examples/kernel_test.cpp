#include <doctest/doctest.h>

#include <atomic>
#include <cstdio>
#include <optional>
#include <string>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/examples/reminders/reminders.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/kernel/reacting/thread_runtime.hpp"
#include "evenfold/kernel/register_domain.hpp"
#include "evenfold/kernel/replay.hpp"
#include "evenfold/testing/simulation.hpp"
#include "evenfold/tests/header_examples/counter.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

using evenfold::Shape;

#include "evenfold/header_examples/core/reflection/shape_of.hpp"

namespace evenfold {
namespace {

#include "evenfold/header_examples/kernel/register_domain.hpp"

/// For the failures that examples report, which do not occur here.
void report(const std::string& words, const std::string& remedy = {}) {
    FAIL(words, " ", remedy);
}

void append_and_open(journal::Journal& journal) {
#include "evenfold/header_examples/journal/journal.hpp"
#include "evenfold/header_examples/kernel/replay.hpp"
}

void open_in_file(const std::filesystem::path& file) {
#include "evenfold/header_examples/journal/sqlite/sqlite_journal.hpp"
    CHECK(kernel);
    CHECK(journal::domain_of_sqlite_journal(file) == "counter");
}

void submit_text(journal::Journal& journal) {
#include "evenfold/header_examples/kernel/any_kernel.hpp"
    CHECK(receipt);
    CHECK((*kernel)->model()->model == R"({"value":60})");
}

using reminders::Reminders;

/// Reminders that wait for delivery, and what was delivered.
struct Desk {
    std::unique_ptr<kernel::Kernel<Reminders>> kernel;
    kernel::Reactors<Reminders> reactors;
    std::vector<std::string> delivered;

    explicit Desk(journal::Journal& journal) {
        kernel = std::move(*kernel::Kernel<Reminders>::open(journal, &kernel::now));
        reactors.add<reminders::Deliver>({.handle = {[this](const reminders::Deliver& due) {
                                              delivered.push_back(due.text);
                                              return reminders::MarkDelivered{due.reminder};
                                          }},
                                          .give_up = {[](const reminders::Deliver& due, const std::string& reason) {
                                              return reminders::GiveUp{.reminder = due.reminder, .reason = reason};
                                          }}});
        kernel::Kernel<Reminders>::Command remind;
        remind.command = kernel::fresh<CommandId>();
        remind.body = reminders::Remind{.reminder = kernel::fresh<reminders::ReminderId>(), .text = "water"};
        CHECK(kernel->submit(remind));
    }
};

} // namespace

TEST_CASE("Header examples: journals.") {
    {
        journal::MemoryJournal memory;
        append_and_open(memory);
    }
    {
#include "evenfold/header_examples/journal/memory/memory_journal.hpp"
    }
    const journal::ScratchFolder folder;
    open_in_file(folder / "counter.db");
}

TEST_CASE("Header examples: kernels.") {
    {
        journal::MemoryJournal journal;
#include "evenfold/header_examples/kernel/kernel.hpp"
    }
    journal::MemoryJournal memory;
    submit_text(memory);
    CHECK(&shape == &shape_of<Counter::Event>());
    {
#include "evenfold/header_examples/kernel/fresh_id.hpp"
        CHECK(at > Instant{});
    }
}

TEST_CASE("Header examples: reactor loops.") {
    journal::MemoryJournal journal;
    Desk desk(journal);
    auto& kernel = *desk.kernel;
    const auto& reactors = desk.reactors;
    SUBCASE("on threads") {
#include "evenfold/header_examples/kernel/reacting/loop.hpp"
        CHECK(desk.delivered.size() == 1);
    }
    SUBCASE("in simulation") {
#include "evenfold/header_examples/testing/simulation.hpp"
        CHECK(desk.delivered.size() >= 1);
    }
    SUBCASE("a thread per job") {
        std::atomic<bool> is_done = false;
#include "evenfold/header_examples/kernel/reacting/thread_runtime.hpp"
        CHECK(is_done);
    }
}

} // namespace evenfold
