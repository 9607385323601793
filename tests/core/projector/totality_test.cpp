#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "evenfold/tests/support/by_shape.hpp"
#include "evenfold/tests/support/invariants.hpp"
#include "evenfold/tests/support/random_commands.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Adds stories that end with kinds of events that `stories` lack, by commands that are generated from their shape.
void add_missing_kinds(std::vector<Story>& stories) {
    std::set<std::size_t> kinds;
    for (const Story& story : stories) {
        for (const Event& event : story.events) kinds.insert(event.index());
    }
    testing::Random random(1);
    const std::vector<Story> beginnings = stories;
    for (std::size_t command = 0; command < std::variant_size_v<Command>; ++command) {
        for (const Story& story : beginnings) {
            if (kinds.size() + 1 == std::variant_size_v<Event>) return; // no command is decided with Unknown
            testing::ChoiceSource source(random);
            const Command asked = command_by_shape(source, command, story.model);
            const Decision decision = decide(asked, story.model);
            if (!decision) continue;
            const auto is_new = [&](const Event& event) { return kinds.insert(event.index()).second; };
            if (std::ranges::count_if(*decision, is_new) > 0) stories.push_back(story.and_then(asked));
        }
    }
}

/// Returns histories that together have every kind of event. Kinds that a generated command causes need no story here.
std::vector<Story> histories() {
    const Story pending = a_thread_with_a_pending_request();
    const Story worktree = a_thread_with_a_pending_worktree();
    const Story reverting = a_reverting_thread(RevertStage::files_restored);
    std::vector<Story> all{
        a_thread_with_an_answered_request().and_then(ConfirmAnswerDelivered{request_of(first_turn)}),
        pending.and_then(ingest(3, thinks("a"))).and_then(ingest(4, says("b"))).and_then(ingest(5, says(""))),
        pending.and_then(ingest(3, begins_message("m1"))).and_then(ingest(4, discards("m1"))),
        pending.and_then(ingest(3, provider::UsageReport{tokens(3)})).and_then(ingest(4, errs())),
        pending.and_then(ingest(3, returns("c1"))).and_then(ingest(4, errs(false))).and_then(lose_session()),
        a_held_thread().and_then(ResumeQueue{the_thread}).and_then(InterruptTurn{second_turn}),
        a_held_thread().and_then(CancelQueuedTurn{second_turn}),
        worktree.and_then(assign_worktree()),
        worktree.and_then(FailWorktree{.thread = the_thread, .reason = "r"}),
        reverting.and_then(CompleteRevert{the_revert}),
        reverting.and_then(FailRevert{.revert = the_revert, .reason = "r"}),
        a_thread_with_a_pending_commit().and_then(AssignCommitRef{.commit = the_commit, .sha = "1", .branch = "b"}),
        a_thread_with_a_pending_commit().and_then(FailCommit{.commit = the_commit, .reason = "r"}),
        an_archived_thread().and_then(UnarchiveThread{the_thread}),
        a_thread()
            .and_then(start_turn(first_turn))
            .and_then(FailCheckpoint{.checkpoint = baseline_of(the_thread), .reason = "r"}),
        a_thread().and_then(UpdateThread{
            .thread = the_thread, .title = "T", .model = {}, .policy = {}, .mode = {}, .expected_version = {}}),
        a_project()
            .and_then(UpdateProject{.project = the_project, .title = "T", .root = "/else", .default_model = {}})
            .and_then(DeleteProject{.project = the_project, .force = false}),
        a_deleted_thread().and_then(
            ReleaseResource{SessionResource{.thread = the_thread, .epoch = 1, .session_ref = "session-1"}})};
    add_missing_kinds(all);
    return all;
}

/// Returns one event of each kind, by its index in the variant.
std::map<std::size_t, Event> one_of_each() {
    std::map<std::size_t, Event> found;
    for (const Story& story : histories()) {
        for (const Event& event : story.events) found.emplace(event.index(), event);
    }
    const Event unknown = Unknown{.kind = "TurnPraised", .version = 2, .bytes = "{}"};
    found.emplace(unknown.index(), unknown);
    return found;
}

} // namespace

TEST_CASE("Projector: every type of event can be folded into an empty model and into one without its entity.") {
    const std::map<std::size_t, Event> events = one_of_each();
    INFO("a kind of event that no story and no drawn command brings about needs a history of its own here");
    CHECK(events.size() == std::variant_size_v<Event>);
    const Story elsewhere = a_project()
                                .and_then(DeleteProject{.project = the_project, .force = true})
                                .and_then(create_project(other_project, "/other"))
                                .and_then(create_thread(other_thread, other_project));
    for (const Model& model : {Model{}, elsewhere.model}) {
        for (const auto& [kind, event] : events) {
            CAPTURE(kind);
            const Model once = project(model, event);
            CHECK((once == model) == !std::holds_alternative<ProjectCreated>(event)); // no other event can stand alone
            CHECK(outstanding(project(once, event)) == outstanding(model));
        }
    }
}

TEST_CASE("Projector: events can be folded in any order, and the resulting model can be read.") {
    for (const Story& story : histories()) {
        Events backwards(story.events.rbegin(), story.events.rend());
        Model model = fold(Model{}, backwards);
        model = fold(std::move(model), story.events);
        model = fold(std::move(model), backwards);
        model = fold(std::move(model), story.events);
        static_cast<void>(outstanding(model));
        for (std::uint32_t seed = 1; seed < 60; ++seed) {
            const Decision decision = decide(random_command(seed, model), model);
            if (decision) model = fold(std::move(model), *decision);
        }
        CHECK(model->index.projects.size() <= 9);
    }
}

TEST_CASE("orchestration law L2: a copy does not change while the original changes.") {
    for (const Story& story : histories()) {
        Model model;
        std::vector<Model> copies;
        for (const Event& event : story.events) {
            copies.push_back(model);
            model = project(std::move(model), event);
        }
        Model again;
        for (std::size_t index = 0; index < copies.size(); ++index) {
            CHECK(copies[index] == again);
            again = project(again, story.events[index]);
        }
        CHECK(again == model);
    }
}

TEST_CASE("stream_of: every event is in the stream of its thread or its project.") {
    const std::string of_thread = "thread-" + to_text(the_thread);
    const std::string of_project = "project-" + to_text(the_project);
    for (const Story& story : histories()) {
        Model model;
        for (const Event& event : story.events) {
            const bool about_project = std::holds_alternative<ProjectCreated>(event) ||
                                       std::holds_alternative<ProjectUpdated>(event) ||
                                       std::holds_alternative<ProjectDeleted>(event);
            CHECK(stream_of(event, model) == (about_project ? of_project : of_thread));
            model = project(std::move(model), event);
        }
    }
    CHECK(stream_of(Event(Unknown{.kind = "TurnPraised", .version = 2, .bytes = "{}"}), Model{}) == "unknown");
}

TEST_CASE("Thread: its version is the number of events in its stream.") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        Model model;
        std::map<std::string, std::uint64_t> counts;
        for (std::uint32_t step = 0; step < 150; ++step) {
            const Decision decision = decide(random_command(seed * 1000 + step, model), model);
            if (!decision) continue;
            for (const Event& event : *decision) {
                ++counts[stream_of(event, model)];
                model = project(std::move(model), event);
            }
        }
        for (const Thread* thread : model->index.threads.sorted())
            CHECK(thread->version == counts[stream_of(thread->id)]);
        CHECK(!counts.contains(""));
    }
}

} // namespace evenfold::orchestration::tests
