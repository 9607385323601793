#include <doctest/doctest.h>

#include <fmt/format.h>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/kernel/register_domain.hpp"
#include "evenfold/testing/simulation.hpp"
#include "evenfold/tests/kernel/defects/shelf.hpp"

namespace evenfold::shelf {
namespace {

using Status = kernel::LoopEvent::Status;

constexpr kernel::DomainEntry entry = kernel::register_domain<Domain>("shelf");

/// A loop over the shelf, whose observer throws after it has noted the event.
struct ShelfLoop {
    explicit ShelfLoop(kernel::Reactor<Domain, Label> reactor) { reactors.add<Label>(std::move(reactor)); }

    journal::MemoryJournal journal;
    std::unique_ptr<Kernel> kernel = open(journal);
    kernel::Reactors<Domain> reactors;
    testing::SimulatedRuntime runtime{1};
    std::vector<kernel::LoopEvent> events;
    kernel::ReactorLoop<Domain> loop{*kernel, reactors, runtime, {.on_event = [this](const kernel::LoopEvent& event) {
                                         events.push_back(event);
                                         throw std::runtime_error("no observer");
                                     }}};
};

} // namespace

TEST_CASE("ReactorLoop: outstanding that throws is reported, and the loop goes on when it no longer does.") {
    ShelfLoop shelf({.handle = [](const Label&) { return Put{.amount = 8, .part = Part::none, .until = {}}; },
                     .give_up = [](const Label&, const std::string&) -> std::optional<Domain::Command> { return {}; }});
    REQUIRE(shelf.kernel->submit(put(1, 1, Part::outstanding)));
    CHECK(shelf.loop.step()); // a time to try again
    CHECK(shelf.loop.step());
    REQUIRE(shelf.events.size() == 2);
    CHECK(shelf.events[1].effect.is_nil());
    CHECK(shelf.events[1].kind == "domain");
    CHECK(shelf.events[1].reason.starts_with(
        "the outstanding effects could not be listed: an exception was thrown: no effects"));
    CHECK_FALSE(shelf.loop.is_idle());
    const auto end = shelf.loop.run_until_idle();
    REQUIRE_FALSE(end);
    CHECK(end.error().kind == journal::FailureKind::defect);
    REQUIRE(shelf.kernel->submit(put(2, 7))); // outstanding returns a label
    CHECK(shelf.loop.run_until_idle());
    CHECK(amounts(*shelf.kernel) == std::vector<std::uint32_t>{1, 7, 8});
    CHECK(shelf.events.back().status == Status::completed);
}

TEST_CASE("ReactorLoop: a function that gives up an effect and throws is reported as refused.") {
    ShelfLoop shelf({.handle = [](const Label&) -> kernel::HandlerResult<Domain> {
                         return std::unexpected(kernel::AttemptError{.reason = "torn", .is_final = true});
                     },
                     .give_up = [](const Label&, const std::string&) -> std::optional<Domain::Command> {
                         throw std::runtime_error("no command");
                     }});
    REQUIRE(shelf.kernel->submit(put(1, 7)));
    CHECK(shelf.loop.run_until_idle());
    CHECK(shelf.events.back().status == Status::refused);
    CHECK(shelf.events.back().reason == "the function that gives it up threw: no command");
}

TEST_CASE("AnyKernel: outstanding that throws is a failure of model and model_at, and commands are still accepted.") {
    journal::MemoryJournal journal;
    const auto kernel = entry.open(journal, [] { return Instant{}; }).value();
    REQUIRE(kernel->submit(R"({"type":"Put","amount":1,"part":"outstanding","until":"1970-01-01T00:00:00.000Z"})"));
    const auto model = kernel->model();
    REQUIRE_FALSE(model);
    CHECK(model.error().kind == journal::FailureKind::defect);
    CHECK(model.error().what ==
          "the outstanding effects at event 1 could not be listed: an exception was thrown: no effects");
    CHECK(kernel->model_at(1).error() == model.error());
    REQUIRE(kernel->submit(R"({"type":"Put","amount":2,"part":"none","until":"1970-01-01T00:00:00.000Z"})"));
    CHECK(kernel->model()->sequence == 2);
}

TEST_CASE("AnyKernel: exceptions of the domain are failures, and class_of that throws leaves the class rejected.") {
    journal::MemoryJournal journal;
    const auto kernel = entry.open(journal, [] { return Instant{}; }).value();
    const auto error_of = [&](std::string_view part) {
        const auto receipt = kernel->submit(
            fmt::format(R"({{"type":"Put","amount":1,"part":"{}","until":"1970-01-01T00:00:00.000Z"}})", part));
        return receipt ? std::string() : to_json(receipt.error());
    };
    CHECK(error_of("class_of") == R"({"class":"rejected","type":"Refused","reason":"class_of"})");
    CHECK(error_of("project").starts_with(R"({"class":"failure","type":"defect","what":"command )"));
    CHECK(journal.head() == 0);
}

} // namespace evenfold::shelf
