#include "evenfold/tests/support/invariants.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/support/stories.hpp"

// Tests the checker of invariants: each violation that is made by hand must be found, by its law.

namespace evenfold::orchestration::tests {
namespace {

bool names(const Violations& found, const std::string& law) {
    return std::ranges::any_of(found, [&](const std::string& one) { return one.starts_with(law); });
}

template <class Break>
Violations broken(const Story& story, Break damage) {
    Model model = story.model;
    damage(model->index);
    return violations(model);
}

template <class Break>
Violations stepped(const Story& story, Break damage) {
    Model model = story.model;
    damage(model->index);
    return violations(story.model, model);
}

} // namespace

TEST_CASE("Invariants: they hold after every story.") {
    for (const Story& story :
         {nothing(), a_project(), two_threads(), a_thread_with_a_pending_worktree(), a_thread_with_a_starting_turn(),
          a_thread_with_an_answered_request(), a_thread_with_an_interrupting_turn(), a_held_thread(),
          a_reverting_thread(), an_archived_thread(), a_deleted_thread(), a_thread_with_a_pending_commit()}) {
        CHECK(violations(story.model) == Violations{});
        CHECK(violations(story.model, story.model) == Violations{});
    }
}

TEST_CASE("Invariants: a corrupted model is reported.") {
    const Story running = a_thread_with_a_pending_request();
    const Story done = a_thread_with_two_completed_turns();
    CHECK(names(broken(running, [](Index& i) { i.projects.erase(the_project); }), "L10"));
    CHECK(names(broken(running, [](Index& i) { i.messages.erase(first_message); }), "L10"));
    CHECK(names(broken(running, [](Index& i) { i.projects.find(the_project)->threads.erase(the_thread); }), "L10"));
    CHECK(names(broken(running, [](Index& i) { i.retired.insert(the_thread.uuid); }), "L11"));
    CHECK(names(broken(running, [](Index& i) { i.threads.find(the_thread)->active.reset(); }), "L12"));
    CHECK(names(broken(a_held_thread(), [](Index& i) { i.threads.find(the_thread)->hold.reset(); }), "L13"));
    CHECK(names(broken(running, [](Index& i) { i.turns.find(first_turn)->state = TurnState::running; }), "L14"));
    CHECK(names(broken(running, [](Index& i) { i.turns.find(first_turn)->state = TurnState::failed; }), "L15"));
    CHECK(names(broken(running, [](Index& i) { i.turns.find(first_turn)->pending_requests = 2; }), "L16"));
    CHECK(names(broken(running, [](Index& i) { i.pending_checkpoints.insert(manual_checkpoint); }), "L16"));
    CHECK(names(broken(done, [](Index& i) { i.checkpoints.find(end_of(second_turn))->ordinal = 1; }), "L17"));
    CHECK(names(broken(done, [](Index& i) { i.turns.find(second_turn)->ordinal = 1; }), "L17"));
    CHECK(names(broken(done,
                       [](Index& i) {
                           i.checkpoints.erase(end_of(second_turn));
                           i.threads.find(the_thread)->checkpoints.erase(end_of(second_turn));
                       }),
                "L21"));
}

TEST_CASE("Invariants: an invalid step is reported.") {
    const Story done = a_thread_with_two_completed_turns();
    CHECK(names(stepped(done, [](Index& i) { i.turns.find(first_turn)->state = TurnState::starting; }), "L19"));
    CHECK(names(stepped(done, [](Index& i) { i.turns.erase(first_turn); }), "L29"));
    CHECK(names(stepped(done, [](Index& i) { i.turns.find(first_turn)->last_seq = 9; }), "L28"));
    CHECK(names(stepped(done, [](Index& i) { i.checkpoints.find(end_of(first_turn))->ref = Pending{}; }), "L18"));
    CHECK(names(stepped(a_deleted_thread(), [](Index& i) { i.retired.erase(the_thread.uuid); }), "L11"));
    CHECK(names(stepped(a_thread_with_an_answered_request(),
                        [](Index& i) { i.requests.find(request_of(first_turn))->state = RequestState::pending; }),
                "L19"));
}

} // namespace evenfold::orchestration::tests
