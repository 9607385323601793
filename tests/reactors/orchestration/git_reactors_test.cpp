#include "evenfold/reactors/orchestration/git_reactors.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/reactors/orchestration/scene.hpp"

namespace evenfold::orchestration::tests {
namespace {

using git_test::Files;

const CheckpointRef* ref_in(const Model& model, const CheckpointId& id) {
    const Checkpoint* checkpoint = model->index.find(id);
    return checkpoint ? assigned(checkpoint->ref) : nullptr;
}

std::string failure_in(const Model& model, const CheckpointId& id) {
    const Checkpoint* checkpoint = model->index.find(id);
    const auto* failed = checkpoint ? std::get_if<Failed>(&checkpoint->ref) : nullptr;
    return failed ? failed->reason : "";
}

std::vector<TurnId> turns_of(const Model& model) {
    return model->index.find(the_thread)->turns.in_order();
}

using Turns = std::vector<TurnId>;
using Names = std::vector<std::string>;
using Listed = std::vector<CompactString>;

/// Runs two turns; the second one adds a file, changes one and removes one.
void two_turns(Scene& scene) {
    scene.turn(first_turn, "one.txt", "one\n");
    scene.box().write("sub/new.txt", "new\n");
    scene.box().remove("start.txt");
    scene.turn(second_turn, "one.txt", "two\n");
}

} // namespace

TEST_CASE("Git reactors: each turn has a checkpoint before and after it, with the files that it changed.") {
    Scene scene;
    two_turns(scene);
    const Model model = scene.model();
    CHECK(ref_in(model, baseline_of(the_thread)));
    const auto* first = ref_in(model, end_of(first_turn));
    const auto* second = ref_in(model, end_of(second_turn));
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->git_ref == "refs/evenfold/checkpoints/" + to_text(end_of(first_turn)));
    CHECK(first->files == Listed{"one.txt"});
    CHECK(second->files == Listed{"one.txt", "start.txt", "sub/new.txt"});
    CHECK(scene.box().git({"show", std::string(second->git_ref) + ":one.txt"}) == "two\n");
    CHECK(scene.box().is_healthy());
}

TEST_CASE("Git reactors: in a folder that is not a repository, checkpoints fail with the reason, and turns continue.") {
    Scene scene;
    std::filesystem::remove_all(scene.box().root() / ".git");
    scene.turn(first_turn, "one.txt", "one\n");
    CHECK(failure_in(scene.model(), baseline_of(the_thread)).find("git init") != std::string::npos);
    CHECK(failure_in(scene.model(), end_of(first_turn)).find("git init") != std::string::npos);
    CHECK(scene.model()->index.find(first_turn)->state == TurnState::completed);
}

TEST_CASE("Git reactors, F5 #8958, #4157: a revert resets both files and conversation, or neither.") {
    Scene scene;
    two_turns(scene);
    scene.box().write(".gitignore", "*.log\n");
    scene.box().write("kept.log", "mine\n");
    scene.box().write("stray.txt", "mine, too\n");
    const std::string head = scene.box().git({"rev-parse", "HEAD"});
    scene.submit(revert_to(end_of(first_turn)));
    scene.run_until_idle();
    const Model model = scene.model();
    CHECK(turns_of(model) == Turns{first_turn});
    CHECK_FALSE(model->index.find(the_thread)->revert);
    CHECK_FALSE(model->index.find(the_thread)->session);
    CHECK(scene.box().read("one.txt") == "one\n");
    CHECK(scene.box().read("start.txt") == "as it was\n");
    CHECK_FALSE(scene.box().has("sub"));
    CHECK_FALSE(scene.box().has("stray.txt"));
    CHECK(scene.box().read("kept.log") == "mine\n");
    CHECK(scene.box().git({"rev-parse", "HEAD"}) == head);
    CHECK(scene.failures() == 0);
}

TEST_CASE("Git reactors: reverting a revert restores the files from before it.") {
    Scene scene;
    two_turns(scene);
    scene.box().write("unsaved.txt", "by hand\n");
    const Files before = scene.box().files();
    scene.submit(revert_to(baseline_of(the_thread)));
    scene.run_until_idle();
    CHECK(turns_of(scene.model()).empty());
    CHECK_FALSE(scene.box().has("one.txt"));
    scene.submit(
        RevertToCheckpoint{.revert = id<RevertId>(2), .thread = the_thread, .checkpoint = rescue_of(the_revert)});
    scene.run_until_idle();
    CHECK(scene.box().files() == before);
    CHECK(scene.box().is_healthy());
}

TEST_CASE("Git reactors, F5 #9069, #10299: a revert killed after any step continues, and files, conversation and log "
          "agree.") {
    std::size_t crashes = 0;
    for (std::size_t steps = 0;; ++steps) {
        CAPTURE(steps);
        Scene scene(100 + steps);
        two_turns(scene);
        const Files before = scene.box().files();
        scene.submit(revert_to(end_of(first_turn)));
        const bool is_left = scene.crash_after(steps);
        if (is_left) ++crashes;
        scene.run_until_idle();
        CHECK(turns_of(scene.model()) == Turns{first_turn});
        CHECK(scene.box().read("one.txt") == "one\n");
        CHECK_FALSE(scene.box().has("sub"));
        std::size_t reverted = 0;
        for (const Event& event : scene.log()) reverted += std::holds_alternative<ThreadReverted>(event) ? 1 : 0;
        CHECK(reverted == 1);
        CHECK(folded<Orchestration>({}, scene.log()) == scene.model());
        scene.submit(
            RevertToCheckpoint{.revert = id<RevertId>(2), .thread = the_thread, .checkpoint = rescue_of(the_revert)});
        scene.run_until_idle();
        CHECK(scene.box().files() == before);
        CHECK(scene.box().is_healthy());
        if (!is_left) break;
    }
    CHECK(crashes >= 4); // at least one per stage
}

TEST_CASE("Git reactors: a revert that cannot restore fails with the reason, and removes no turn.") {
    Scene scene;
    two_turns(scene);
    const Model model = scene.model();
    const auto* target = ref_in(model, end_of(first_turn));
    REQUIRE(target);
    scene.box().git({"update-ref", "-d", target->git_ref});
    scene.submit(revert_to(end_of(first_turn)));
    scene.run_until_idle();
    CHECK(turns_of(scene.model()) == Turns{first_turn, second_turn});
    CHECK(scene.box().read("one.txt") == "two\n");
    CHECK(std::holds_alternative<RevertFailed>(scene.log().back()));
    CHECK(scene.reason().find(target->git_ref) != std::string::npos);
}

TEST_CASE("Git reactors, F5: a kill at any step leads to exactly one checkpoint and one commit per request.") {
    for (std::size_t steps = 0;; ++steps) {
        CAPTURE(steps);
        Scene scene(500 + steps);
        scene.turn(first_turn, "one.txt", "one\n");
        scene.submit(request_commit());
        const bool is_left = scene.crash_after(steps);
        scene.run_until_idle();
        const Model model = scene.model();
        const Commit* commit = model->index.find(the_commit);
        REQUIRE(commit);
        const auto* made = assigned(commit->ref);
        REQUIRE(made);
        CHECK(scene.box().git({"rev-parse", "HEAD"}) == made->sha + "\n");
        CHECK(scene.box().git({"rev-list", "--count", "HEAD"}) == "2\n");
        CHECK(scene.box().git({"status", "--porcelain"}).empty());
        CHECK(scene.box().git({"log", "-1", "--format=%an"}) == "Ada\n");
        if (!is_left) break;
    }
}

TEST_CASE("Git reactors: the journal's own files are in no checkpoint, and no revert changes them.") {
    Scene scene;
    scene.box().write("journal.db", "old");
    scene.box().git({"add", "-f", "journal.db"}); // even if git tracks it
    two_turns(scene);
    scene.box().write("journal.db", "new");
    scene.box().write("journal.db-wal", "new");
    scene.submit(revert_to(end_of(first_turn)));
    scene.run_until_idle();
    CHECK(turns_of(scene.model()) == Turns{first_turn});
    CHECK(scene.box().read("journal.db") == "new");
    CHECK(scene.box().read("journal.db-wal") == "new");
    const Model model = scene.model();
    const auto* taken = ref_in(model, rescue_of(the_revert));
    REQUIRE(taken);
    CHECK(scene.box().git({"ls-tree", "-r", "--name-only", taken->git_ref}).find("journal") == std::string::npos);
}

TEST_CASE("Git reactors: a commit without changes fails with the reason.") {
    Scene scene;
    scene.submit(request_commit());
    scene.run_until_idle();
    const Model model = scene.model();
    const Commit* commit = model->index.find(the_commit);
    REQUIRE(commit);
    CHECK(std::holds_alternative<Failed>(commit->ref));
}

TEST_CASE("Git reactors: a thread with a worktree works there, and its deletion removes refs and worktree.") {
    Scene scene(7, NewWorktree{.base_ref = "HEAD", .name = "idea"});
    scene.run_until_idle();
    const Model model = scene.model();
    const auto* location = assigned(std::get<Worktree>(model->index.find(the_thread)->workspace).location);
    REQUIRE(location);
    const std::filesystem::path path = location->path.view();
    CHECK(std::filesystem::exists(path / "start.txt"));
    scene.submit(CreateCheckpoint{.checkpoint = manual_checkpoint, .thread = the_thread, .label = {}});
    scene.run_until_idle();
    CHECK(ref_in(scene.model(), manual_checkpoint));
    scene.submit(DeleteThread{.thread = the_thread, .force = false});
    scene.run_until_idle();
    CHECK(scene.model()->index.garbage.empty());
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(scene.box().git({"for-each-ref", "refs/evenfold"}).empty());
    CHECK(scene.box().git({"worktree", "list", "--porcelain"}).find("idea") == std::string::npos);
}

TEST_CASE("Git reactors: a worktree with uncommitted work is kept, and its release stays outstanding.") {
    Scene scene(8, NewWorktree{.base_ref = "HEAD", .name = "idea"});
    scene.run_until_idle();
    const Model model = scene.model();
    const auto* location = assigned(std::get<Worktree>(model->index.find(the_thread)->workspace).location);
    REQUIRE(location);
    const std::filesystem::path work = std::filesystem::path(location->path) / "work.txt";
    std::ofstream(work) << "unsaved\n";
    scene.submit(DeleteThread{.thread = the_thread, .force = false});
    scene.crash_after(200);
    CHECK(std::filesystem::exists(work));
    CHECK_FALSE(scene.model()->index.garbage.empty());
    CHECK(scene.reason().find("work") != std::string::npos);
}

} // namespace evenfold::orchestration::tests
