#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <unistd.h>

#include "evenfold/tests/cli/git/git_project.hpp"

namespace evenfold::cli_test {

TEST_CASE("checkpoint: captures the current files, lists the changed files, and is listed.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    project.box().write("new.txt", "new\n");
    const Json second = project.json({"checkpoint", "--label", "second"})[0];
    CHECK(second["files"] == Json::array({"new.txt"}));
    CHECK(second["ref"] == "refs/evenfold/checkpoints/" + second["checkpoint"].get<std::string>());
    const Json all = project.json({"checkpoints"});
    REQUIRE(all.size() == 2);
    CHECK(all[0]["checkpoint"] == first);
    CHECK(all[0]["label"] == "first");
    CHECK(all[1]["kind"] == "manual");
    const ProgramResult table = project.run({"checkpoints"});
    CHECK(table.exit == 0);
    CHECK(table.out.find("second") != std::string::npos);
    CHECK(table.out.find("1 file changed") != std::string::npos);
    CHECK(project.box().is_healthy());
    CHECK(project.box().git({"status", "--porcelain"}).find("new.txt") != std::string::npos);
}

TEST_CASE("checkpoint: lists what it lacks, and neither a revert nor a commit of it changes that.") {
    const GitProject project;
    project.box().write("d/b.txt", "1\n");
    project.box().commit_all("add d");
    git_test::run_git(project.box().root() / "d", {"init", "--quiet"});
    project.box().write("d/b.txt", "work\n");
    project.box().write("large", std::string(1U << 21U, 'x'));
    const ProgramResult taken = project.run({"checkpoint", "--label", "c1", "--max-file", "1"});
    CHECK(taken.exit == 0);
    CHECK(taken.err.find("not in the checkpoint: d/ (a repository of its own)") != std::string::npos);
    CHECK(taken.err.find("not in the checkpoint: large (too large)") != std::string::npos);
    CHECK(project.json({"checkpoint", "--max-file", "1"})[0]["lacks"] ==
          Json::array({Json{{"kind", "repository"}, {"path", "d/"}}, Json{{"kind", "too_large"}, {"path", "large"}}}));
    std::filesystem::remove_all(project.box().root() / "d" / ".git");
    const ProgramResult reverted = project.run({"revert", "c1"});
    CHECK(reverted.exit == 0);
    CHECK(reverted.err.find("d/ (a repository of its own)") != std::string::npos);
    CHECK(project.box().read("d/b.txt") == "work\n");
    CHECK(project.box().has("large"));
    project.box().write("start.txt", "changed\n");
    CHECK(project.run({"commit", "-m", "No change of d", "--checkpoint", "c1"}).exit == 1); // nothing else differs
    CHECK(project.box().git({"show", "HEAD:d/b.txt"}) == "1\n");
}

TEST_CASE("checkpoint: counts all changed files, also more than it lists.") {
    const GitProject project;
    (void)project.checkpoint("first");
    for (int file = 0; file < 1100; ++file) project.box().write("f" + std::to_string(file), std::to_string(file));
    const ProgramResult taken = project.run({"checkpoint", "--label", "many"});
    CHECK(taken.out.find("1100 files changed") != std::string::npos);
    const Json listed = project.json({"checkpoints", "--project", project.box().root().string()});
    CHECK(listed[1]["files"].size() == 1000);
    CHECK(listed[1]["files_count"] == 1100);
    const ProgramResult reverted = project.run({"revert", "first", "--project", "."});
    CHECK(reverted.out.find("removed 0 turns, restored 0 files, removed 1100 files") != std::string::npos);
    CHECK(project.run({"revert", "first", "--project", "/elsewhere"}).exit == 1);
    CHECK(project.run({"diff", "first", "--project", "/elsewhere"}).exit == 1);
}

TEST_CASE("checkpoint: a directory that is not a repository is refused with a remedy, and the attempt is recorded.") {
    const CliFixture fixture;
    const ProgramResult refused = fixture.run({"checkpoint"});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("git init") != std::string::npos);
    CHECK(refused.err.starts_with("evenfold: no checkpoint was taken: ")); // and no line before it with the same reason
    CHECK(refused.err.find("CaptureCheckpoint") == std::string::npos);
    CHECK(fixture.run({"checkpoints", "--json"}).json()[0]["state"] == "failed");
}

TEST_CASE("checkpoint: Ctrl-C ends the wait for a locked repository, and no later command takes that checkpoint.") {
    const GitProject project;
    (void)project.checkpoint("first");
    const int turn = project.lock_work_tree();
    {
        RunningProgram waiting(project.box().root(), {"checkpoint", "--label", "second"});
        while (project.json({"model"})["outstanding"].empty()) {}
        waiting.signal(2);
        constexpr int patience_ms = 60'000;
        const auto begin = std::chrono::steady_clock::now();
        (void)waiting.printed(patience_ms);
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(patience_ms));
        ::close(turn);
        const ProgramResult ended = waiting.finish();
        CHECK(ended.exit == 1);
        CHECK(ended.err.find("interrupted") != std::string::npos);
    }
    (void)project.checkpoint("third");
    const Json all = project.json({"checkpoints"});
    REQUIRE(all.size() == 3);
    CHECK(all[1]["state"] == "failed");
    CHECK(all[1]["reason"] == "interrupted");
    CHECK(all[2]["state"] == "taken");
}

TEST_CASE("commit: Ctrl-C ends the wait for a locked repository, and no later command makes that commit.") {
    const GitProject project;
    (void)project.checkpoint("first");
    project.box().write("new.txt", "new\n");
    const int turn = project.lock_work_tree();
    {
        RunningProgram waiting(project.box().root(), {"commit", "-m", "Not now"});
        while (project.json({"model"})["outstanding"].empty()) {}
        waiting.signal(SIGTERM);
        const ProgramResult ended = waiting.finish();
        CHECK(ended.exit == 1);
        CHECK(ended.err.find("interrupted") != std::string::npos);
        ::close(turn);
    }
    (void)project.checkpoint("second");
    CHECK(project.box().git({"log", "-1", "--format=%s"}) == "start\n");
}

TEST_CASE("diff: compares two checkpoints, and a checkpoint with the current files.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    project.box().write("start.txt", "changed\n");
    const std::string second = project.checkpoint("second");
    project.box().remove("start.txt");
    const Json between = project.json({"diff", first, second});
    REQUIRE(between.size() == 1);
    CHECK(between[0] == Json{{"kind", "modified"}, {"path", "start.txt"}, {"binary", false}});
    CHECK(project.json({"diff", second})[0]["kind"] == "deleted");
    CHECK(project.json({"diff", "first", "second"}) == between); // selected by label
    const ProgramResult text = project.run({"diff", first, second});
    CHECK(text.out.find("-as it was\n+changed\n") != std::string::npos);
    CHECK(project.run({"diff", first, first}).out.empty());
    CHECK(project.run({"diff", "ffffffff"}).exit == 1);
}

TEST_CASE("commit: commits the files as the user on the current branch, and refuses to commit no changes.") {
    const GitProject project;
    project.box().write("new.txt", "new\n");
    const Json made = project.json({"commit", "-m", "Add new"});
    CHECK(project.box().git({"rev-parse", "HEAD"}) == made["sha"].get<std::string>() + "\n");
    CHECK(project.box().git({"log", "-1", "--format=%an %s"}) == "Ada Add new\n");
    CHECK(project.box().git({"status", "--porcelain"}).empty());
    const ProgramResult nothing = project.run({"commit", "-m", "again"});
    CHECK(nothing.exit == 1);
    CHECK(nothing.err.find("no commit was made") != std::string::npos);
    CHECK(project.run({"commit"}).exit == 2);
}

TEST_CASE("commit: requested again after a kill, the commit is made once and reported.") {
    const GitProject project;
    REQUIRE(project.run({"checkpoint"}).exit == 0);
    const auto asked = [&](const std::string& id, const std::string& message) { // by a process killed before the result
        const Json command{{"type", "RequestCommit"},
                           {"commit", id},
                           {"thread", project.json({"threads"})[0]["thread"]},
                           {"message", message}};
        REQUIRE(project.run({"submit"}, command.dump()).exit == 0);
    };
    const auto count = [&] { return std::stoi(project.box().git({"rev-list", "--count", "HEAD"})); };
    const std::string first = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01";
    asked(first, "Add new");
    project.box().write("new.txt", "new\n");
    project.box().commit_all("Add new\n\nEvenfold-Commit: " + first);
    const Json made = project.json({"commit", "-m", "Add new"});
    CHECK(made["commit"] == first);
    CHECK(project.box().git({"rev-parse", "HEAD"}) == made["sha"].get<std::string>() + "\n");
    CHECK(count() == 2);

    asked("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a02", "Add more");
    project.box().write("more.txt", "more\n");
    const ProgramResult more = project.run({"commit", "-m", "Add more"}); // no commit had been made
    CHECK_MESSAGE(more.exit == 0, more.err);
    CHECK(count() == 3);

    const std::string third = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a03";
    asked(third, "Change");
    project.box().write("more.txt", "changed\n");
    project.box().commit_all("Change\n\nEvenfold-Commit: " + third);
    project.box().write("more.txt", "changed since\n");
    CHECK(project.json({"commit", "-m", "Change"})["commit"] != third); // later changes need another commit
    CHECK(count() == 5);

    asked("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a04", "Another wish");
    project.box().write("more.txt", "once more\n");
    const ProgramResult other = project.run({"commit", "-m", "Mine"});
    CHECK(other.exit == 1);
    CHECK(other.err.find("Another wish") != std::string::npos);
    CHECK(count() == 6);
}

TEST_CASE("ingest: runs no outstanding effect of its thread, because the agent may be changing the files.") {
    const GitProject project;
    REQUIRE(project.run({"ingest"}, claude_turn("one")).exit == 0);
    const Json command{{"type", "RequestCommit"},
                       {"commit", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01"},
                       {"thread", project.json({"threads"})[0]["thread"]},
                       {"message", "not now"}};
    REQUIRE(project.run({"submit"}, command.dump()).exit == 0);
    project.box().write("half.txt", "half done\n");
    CHECK(project.run({"ingest"}, claude_turn("two")).exit == 0);
    CHECK(project.box().git({"log", "-1", "--format=%s"}) == "start\n");
    CHECK(project.json({"model"})["outstanding"].size() == 1);
}

TEST_CASE("threads: lists all threads with their directories and states.") {
    const GitProject project;
    CHECK(project.run({"ingest", "--thread", "review"}, claude_turn("done")).exit == 0);
    const Json threads = project.json({"threads"});
    REQUIRE(threads.size() == 1);
    CHECK(threads[0]["title"] == "review");
    CHECK(threads[0]["status"] == "idle");
    CHECK(threads[0]["turns"] == 1);
    CHECK(threads[0]["folder"] == std::filesystem::canonical(project.box().root()).string());
    CHECK(project.run({"threads"}).out.find("review") != std::string::npos);
}

} // namespace evenfold::cli_test
