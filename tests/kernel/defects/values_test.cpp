#include <doctest/doctest.h>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/kernel/defects/shelf.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::shelf {
namespace {

Kernel::Command put_until(std::uint8_t number, std::int64_t until) {
    Kernel::Command command = put(number, 1);
    std::get<Put>(command.body).until = Instant{until};
    return command;
}

} // namespace

TEST_CASE("Kernel: an instant of any year is the same after reopening, and another one is another command.") {
    for (const std::int64_t until : {INT64_MAX, INT64_MIN, std::int64_t{253'402'300'800'000}}) {
        bank::TestJournal journal(bank::Storage::file);
        {
            const auto kernel = open(journal.journal());
            REQUIRE(kernel->submit(put_until(1, until)));
            CHECK(kernel->submit(put_until(1, until)));
            const Outcome other = kernel->submit(put_until(1, until ^ 4));
            CHECK((!other && std::holds_alternative<CommandIdConflict>(other.error())));
        }
        journal.reopen();
        CHECK(open(journal.journal())->snapshot()->model.until == Instant{until});
    }
}

TEST_CASE("Kernel: the time of a command is stored as it is, in every year.") {
    bank::TestJournal journal(bank::Storage::file);
    Kernel::Command late = put(1, 1);
    late.at = Instant{INT64_MAX};
    REQUIRE(open(journal.journal())->submit(late));
    journal.reopen();
    CHECK(bank::records_of(journal.journal()).front().at == Instant{INT64_MAX});
}

TEST_CASE("Kernel: a command with a value that is no enumerator is refused with the path of its field.") {
    journal::MemoryJournal journal;
    const auto kernel = open(journal);
    const Outcome outcome = kernel->submit(put(1, 5, no_part));
    REQUIRE_FALSE(outcome);
    const auto& refusal = std::get<kernel::NotStorable>(outcome.error());
    CHECK(refusal.error.type == "Put");
    CHECK(refusal.error.path == "/part");
    CHECK(refusal.error.got == "the value 99");
    CHECK(journal.head() == 0);
    CHECK_FALSE(journal.receipt(put(1, 5).command).value());
    CHECK(kernel->submit(put(1, 5))); // the id is still free
}

TEST_CASE("Kernel: an event with a value that cannot be stored fails its command, and the model keeps nothing of it.") {
    for (const Part part : {Part::wrong_event, Part::wrong_second_event}) {
        CAPTURE(static_cast<int>(part));
        journal::MemoryJournal journal;
        const auto kernel = open(journal);
        REQUIRE(kernel->submit(put(1, 5)));
        const journal::Failure failure = failure_of(kernel->submit(put(2, 6, part)));
        CHECK(failure.kind == journal::FailureKind::defect);
        CHECK(
            failure.what.starts_with("command 00000000-0000-0000-0000-000000000002 (Put) was decided to an event that "
                                     "cannot be stored: Added/part: expected one of none, decide"));
        CHECK(journal.head() == 1);
        REQUIRE(kernel->submit(put(3, 7)));
        CHECK(amounts(*kernel) == std::vector<std::uint32_t>{5, 7});
    }
}

} // namespace evenfold::shelf
