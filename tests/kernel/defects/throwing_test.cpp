#include <doctest/doctest.h>

#include <fmt/format.h>
#include <thread>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/kernel/defects/shelf.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::shelf {
namespace {

using Amounts = std::vector<std::uint32_t>;

constexpr std::string_view second_command = "command 00000000-0000-0000-0000-000000000002 (Put) could not be decided: "
                                            "an exception was thrown: ";

/// Appends an event that makes `project` throw, as another program may do.
void append_thrower(journal::Journal& journal) {
    const Kernel::Command command = put(200, 9);
    const journal::Batch batch{
        .command = command.command,
        .fingerprint = "f",
        .actor = Actor::user,
        .cause = {},
        .correlation = command.command,
        .at = {},
        .stored_at = {},
        .expectations = {},
        .events = {{.stream = "shelf",
                    .type = "Added",
                    .type_version = 1,
                    .data = R"({"amount":9,"part":"project","until":"1970-01-01T00:00:00.000Z"})"}}};
    REQUIRE(journal.append(std::span(&batch, 1), {}));
}

/// Throws after so many folds, until it is destroyed.
struct ThrowingFold {
    explicit ThrowingFold(int after) { Domain::folds_left = after; }
    ThrowingFold(const ThrowingFold&) = delete;
    ~ThrowingFold() { Domain::folds_left = -1; }
};

} // namespace

TEST_CASE("Kernel: a function of the domain that throws fails its command by name, and nothing of it is stored.") {
    const std::pair<Part, std::string_view> rows[] = {{Part::decide, "no decision"},
                                                      {Part::forbid, "an exception of an unknown type"},
                                                      {Part::stream_of, "no stream"},
                                                      {Part::project, "no fold"}};
    for (const auto& [part, message] : rows) {
        CAPTURE(message);
        journal::MemoryJournal journal;
        const auto kernel = open(journal);
        REQUIRE(kernel->submit(put(1, 5)));
        const journal::Failure failure = failure_of(kernel->submit(put(2, 6, part)));
        CHECK(failure.kind == journal::FailureKind::defect);
        CHECK(failure.what == fmt::format("{}{}", second_command, message));
        CHECK(journal.head() == 1);
        CHECK_FALSE(journal.receipt(put(2, 6).command).value());
        CHECK(amounts(*kernel) == Amounts{5});
        REQUIRE(kernel->submit(put(2, 6)));
        CHECK(amounts(*kernel) == Amounts{5, 6});
        CHECK(kernel::replay<Domain>(journal)->model == kernel->snapshot()->model);
    }
}

TEST_CASE("Kernel: the other commands of a group are decided and stored, before and after one that throws.") {
    bank::TestJournal test_journal(bank::Storage::file);
    const auto kernel = open(test_journal.journal());
    const std::vector<Kernel::Command> commands{put(1, 1),
                                                put(2, 2, Part::project),
                                                put(3, 3),
                                                put(4, 4, Part::decide),
                                                put(5, 5),
                                                put(6, 6, Part::wrong_second_event),
                                                put(7, 8, Part::project),
                                                put(1, 1)};
    const auto outcomes = kernel->submit_all(commands);
    REQUIRE(outcomes.size() == commands.size());
    for (const std::size_t index : {0U, 2U, 4U, 7U}) CHECK(outcomes[index]);
    for (const std::size_t index : {1U, 3U, 5U, 6U})
        CHECK(failure_of(outcomes[index]).what.find(to_text(commands[index].command)) != std::string::npos);
    CHECK(outcomes[2]->first == 2);
    CHECK(outcomes[4]->first == 3);
    CHECK(outcomes[7] == outcomes[0]);
    CHECK(amounts(*kernel) == Amounts{1, 3, 5});
    CHECK(kernel::replay<Domain>(test_journal.journal())->model == kernel->snapshot()->model);
}

TEST_CASE("Kernel: threads whose commands share an append with one that throws get their own outcomes.") {
    journal::MemoryJournal journal;
    const auto kernel = open(journal);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (std::uint8_t thread = 0; thread < 8; ++thread) {
            threads.emplace_back([&, thread] {
                for (std::uint8_t round = 0; round < 25; ++round) {
                    const bool throws = round % 5 == thread % 5;
                    const auto number = static_cast<std::uint8_t>(thread * 25 + round + 1);
                    const Outcome outcome = kernel->submit(put(number, number, throws ? Part::project : Part::none));
                    if (outcome.has_value() == throws) ++wrong;
                }
            });
        }
    }
    CHECK(wrong == 0);
    CHECK(journal.head() == 8 * 20);
    CHECK(amounts(*kernel).size() == 8 * 20);
    CHECK(kernel::replay<Domain>(journal)->model == kernel->snapshot()->model);
}

TEST_CASE("Kernel: a stored event that makes project throw is named by open, replay, catch_up and submit.") {
    journal::MemoryJournal journal;
    const auto kernel = open(journal);
    REQUIRE(kernel->submit(put(1, 5)));
    auto state = kernel::replay<Domain>(journal).value();
    append_thrower(journal);
    const std::string what = "event 2 (Added) could not be projected: an exception was thrown: no fold";
    const auto opened = Kernel::open(journal, [] { return Instant{}; });
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == journal::FailureKind::defect);
    CHECK(opened.error().what == what);
    CHECK(kernel::replay<Domain>(journal).error() == opened.error());
    for (int again = 0; again < 2; ++again) {
        CHECK(kernel->catch_up().error() == opened.error());
        CHECK(failure_of(kernel->submit(put(2, 6))) == opened.error());
    }
    CHECK(journal.head() == 2);
    CHECK(amounts(*kernel) == Amounts{5}); // readers keep the model before it
    CHECK(kernel::advance<Domain>(journal, state) == opened.error());
    CHECK(state.head == 0); // not a half changed model
    CHECK(state.model == Shelf{});
}

TEST_CASE("Kernel: after an exception from project, the model is replayed and never half changed.") {
    // Readers hold copies, so that the writer folds events into copies that have missed some.
    std::size_t thrown = 0;
    for (int after = 0; after < 12; ++after) {
        CAPTURE(after);
        journal::MemoryJournal journal;
        const auto kernel = open(journal);
        REQUIRE(kernel->submit(put(1, 5)));
        const auto held = kernel->snapshot();
        std::size_t failures = 0;
        {
            const ThrowingFold throwing(after);
            for (std::uint8_t number = 2; number < 8; ++number) {
                const auto briefly = kernel->snapshot();
                while (!kernel->submit(put(number, number))) ++failures;
                CHECK(amounts(*kernel).size() == number);
                CHECK(briefly->model.amounts.size() == number - 1U);
            }
        }
        thrown += failures;
        CHECK(failures <= 1);
        CHECK(amounts(*kernel) == Amounts{5, 2, 3, 4, 5, 6, 7});
        CHECK(held->model.amounts == Amounts{5});
        CHECK(kernel->copies() <= 4);
    }
    CHECK(thrown > 6); // so some were thrown while a copy folded events again
}

TEST_CASE("Kernel: a model that project has left by an exception is lost (negative control).") {
    Shelf model{.amounts = {5}, .last = Part::none, .until = {}};
    CHECK_THROWS(model = Domain::project(std::move(model), Added{.amount = 6, .part = Part::project, .until = {}}));
    CHECK(model.amounts.empty()); // NOLINT(bugprone-use-after-move): what the kernel must not show
}

TEST_CASE("Versions: after an exception from project, the writer goes on from the published model.") {
    kernel::Versions<Domain> versions;
    versions.project(Added{.amount = 1, .part = Part::none, .until = {}});
    versions.publish();
    versions.project(Added{.amount = 2, .part = Part::none, .until = {}});
    CHECK_THROWS_WITH(versions.project(Added{.amount = 3, .part = Part::project, .until = {}}), "no fold");
    versions.publish();
    CHECK(versions.snapshot()->model.amounts == Amounts{1});
    const std::vector<Domain::Event> events{Added{.amount = 4, .part = Part::none, .until = {}},
                                            Added{.amount = 5, .part = Part::project, .until = {}}};
    CHECK_THROWS_WITH(versions.project(events), "no fold");
    versions.project(Added{.amount = 6, .part = Part::none, .until = {}});
    versions.publish();
    CHECK(versions.snapshot()->model.amounts == Amounts{1, 6});
    CHECK(versions.snapshot()->head == 2);
}

} // namespace evenfold::shelf
