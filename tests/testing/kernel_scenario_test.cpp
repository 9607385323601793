#include "evenfold/testing/kernel_scenario.hpp"

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/closed_journal.hpp"
#include "evenfold/tests/testing/gates.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::gates {

using testing::given_journal;
using testing::Verdict;

TEST_CASE("KernelScenario: the first permitted actor submits, unless an actor is named.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(given_journal<Gate>(journal).when(Push{}).then(Pushed{1}));
    CHECK_SCENARIO(given_journal<Gate>(journal).when(Actor::agent, Push{}).then_error(Forbidden{}));
    CHECK_SCENARIO(given_journal<Gate>(journal).when(Actor::user, Push{}).then(Pushed{1}));
    CHECK_SCENARIO(given_journal<Gate>(journal).when(Pull{}).then_error(Forbidden{}));
}

TEST_CASE("KernelScenario: a second scenario over one journal continues after the first.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(given_journal<Gate>(journal).submitted({Push{}}).when(Push{}).then_model({.pushes = 2, .pulls = 0}));
    CHECK_SCENARIO(given_journal<Gate>(journal).when(Push{}).then_model({.pushes = 3, .pulls = 0}));
    journal::MemoryJournal silent; // accepts commands without events, so its head stays unchanged
    CHECK_SCENARIO(given_journal<Idle>(silent).submitted({Push{}}).when(Push{}).then_nothing());
    CHECK_SCENARIO(given_journal<Gate>(silent).when(Push{}).then(Pushed{1}));
}

TEST_CASE("KernelScenario: the model is the kernel's own, not one folded for the scenario.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(given_journal<Tiring>(journal).when(Push{}).then_model({.pushes = 1, .pulls = 0}));
}

TEST_CASE("KernelScenario: a journal that cannot be opened fails the scenario.") {
    Closed journal;
    const Verdict verdict = given_journal<Gate>(journal).submitted({Push{}}).when(Push{}).then_accepted();
    CHECK(verdict.message() == "cannot open a kernel over the journal");
}

} // namespace evenfold::gates

namespace evenfold::notes {

const FolderId work{testing::id("f0000000-0000-0000-0000-000000000001")};

TEST_CASE("KernelScenario: the events of the result are those that the journal stores.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(testing::given_journal<Notes>(journal)
                       .submitted({CreateFolder{.folder = work, .title = "work"}})
                       .when(DeleteFolder{work})
                       .then(FolderDeleted{work}));
    journal::MemoryJournal another;
    CHECK_SCENARIO(testing::given_journal<Notes>(another)
                       .when(DeleteFolder{work})
                       .then_error(NotFound{.id = work.uuid, .retired = false}));
}

} // namespace evenfold::notes
