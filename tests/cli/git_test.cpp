#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::cli_test {
namespace {

using git_test::Files;
using git_test::Sandbox;

/// Runs the program in a repository whose journal is in the work tree.
class GitProject {
public:
    GitProject() {
        git_test::use_own_settings();
        box_.write("start.txt", "as it was\n");
        box_.commit_all("start");
    }

    [[nodiscard]] const Sandbox& box() const { return box_; }

    [[nodiscard]] ProgramResult run(const Arguments& arguments, std::string_view input = {}) const {
        return RunningProgram(box_.root(), arguments).finish(input);
    }

    /// Returns the JSON output of the program with `arguments`.
    [[nodiscard]] Json json(Arguments arguments) const {
        arguments.emplace_back("--json");
        const ProgramResult result = run(arguments);
        REQUIRE_MESSAGE(result.exit == 0, result.err);
        return result.json();
    }

    /// Takes a checkpoint of the current files and returns its id.
    [[nodiscard]] std::string checkpoint(const std::string& label) const {
        return json({"checkpoint", "--label", label})[0]["checkpoint"].get<std::string>();
    }

    /// Returns the files of the project, without the journal.
    [[nodiscard]] Files files() const {
        return box_.files([](const std::string& path) { return path.starts_with(".evenfold/"); });
    }

    /// Writes enough files that removing them takes a while, each with these bytes.
    void fill(const std::string& bytes) const {
        for (int file = 0; file < files_filled; ++file) box_.write(filled(file), bytes);
    }

    /// Returns the path of a file that `fill` wrote; a revert removes them in this order.
    [[nodiscard]] static std::string filled(int file) { return fmt::format("filled/{:04}", file); }
    static constexpr int files_filled = 400;

    /// Returns the duration of the command if it is not killed.
    [[nodiscard]] int duration_ms(const Arguments& arguments) const {
        fill("uncut");
        const auto begin = std::chrono::steady_clock::now();
        REQUIRE(run(arguments).exit == 0);
        const auto taken = std::chrono::steady_clock::now() - begin;
        return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count());
    }

    /// Starts a revert that removes the files of `fill`, and kills it after it has removed the first.
    void kill_running_revert(const std::string& checkpoint) const {
        RunningProgram running(box_.root(), {"revert", checkpoint});
        const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (box_.has(filled(0)) && running.printed(1).empty() && std::chrono::steady_clock::now() < late) {}
        running.signal(9);
        (void)running.finish();
    }

    /// Returns a descriptor that holds the lock on the work tree until it is closed.
    [[nodiscard]] int lock_work_tree() const {
        for (const auto& entry : std::filesystem::directory_iterator(box_.root() / ".git" / "evenfold")) {
            if (!entry.path().filename().string().starts_with("lock-")) continue;
            const int file = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
            REQUIRE(::flock(file, LOCK_EX | LOCK_NB) == 0);
            return file;
        }
        FAIL("no checkpoint was taken before, so there is no lock file");
        return -1;
    }

    [[nodiscard]] bool is_reverting() const { return json({"threads"})[0]["status"] == "reverting"; }

    /// Returns whether a rescue checkpoint has the file with these bytes.
    [[nodiscard]] bool is_rescued(const std::string& path, const std::string& bytes) const {
        const Json all = json({"checkpoints"});
        return std::any_of(all.rbegin(), all.rend(), [&](const Json& one) {
            if (one["kind"] != "rescue" || one["state"] != "taken") return false;
            const auto shown = git_test::run_git(box_.root(), {"show", one["ref"].get<std::string>() + ":" + path});
            return shown.exit == 0 && shown.out == bytes;
        });
    }

private:
    Sandbox box_;
};

} // namespace

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

TEST_CASE("checkpoint: a directory that is not a repository is refused with a remedy, and the attempt is recorded.") {
    const CliFixture fixture;
    const ProgramResult refused = fixture.run({"checkpoint"});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("git init") != std::string::npos);
    CHECK(refused.err.starts_with("evenfold: no checkpoint was taken: ")); // and no line before it with the same reason
    CHECK(refused.err.find("CaptureCheckpoint") == std::string::npos);
    CHECK(fixture.run({"checkpoints", "--json"}).json()[0]["state"] == "failed");
}

TEST_CASE("checkpoint: Ctrl-C ends the wait for a locked repository, and the next checkpoint completes the request.") {
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
    for (const Json& one : project.json({"checkpoints"})) CHECK(one["state"] == "taken");
}

TEST_CASE("revert: restores files and turns, and a revert to the rescue checkpoint restores the later files.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    REQUIRE(project.run({"ingest"}, claude_turn("done")).exit == 0);
    project.box().write("start.txt", "changed\n");
    project.box().write("sub/new.txt", "new\n");
    const Files before = project.files();
    const Json reverted = project.json({"revert", first.substr(0, 13)});
    CHECK(reverted["removed_turns"] == 1);
    CHECK(project.box().read("start.txt") == "as it was\n");
    CHECK_FALSE(project.box().has("sub"));
    CHECK(project.json({"threads"})[0]["turns"] == 0);
    const std::string rescue = reverted["rescue"].get<std::string>();
    const ProgramResult back = project.run({"revert", rescue});
    CHECK_MESSAGE(back.exit == 0, back.err);
    CHECK(back.out.find("removed 0 turns") != std::string::npos);
    CHECK(project.files() == before);
    CHECK(project.run({"replay"}).exit == 0);
    CHECK(project.box().is_healthy());
}

TEST_CASE("revert: does not touch journals, neither one named by a link nor another journal.") {
    const GitProject project;
    std::filesystem::create_symlink("data/real.db", project.box().root() / "link.db");
    std::filesystem::create_directories(project.box().root() / "data");
    const auto mine = [&](Arguments arguments) {
        arguments.insert(arguments.end(), {"--db", "link.db"});
        return project.json(arguments);
    };
    const std::string first = mine({"checkpoint"})[0]["checkpoint"].get<std::string>();
    project.box().write("new.txt", "new\n");
    RunningProgram writer(project.box().root(), {"ingest", "--acks", "--db", "other.db"});
    REQUIRE(writer.write(claude_turn("done")));
    REQUIRE(writer.line()); // all events of the other journal are still in its write-ahead log
    const Json second = mine({"checkpoint"})[0];
    CHECK(project.box().git({"ls-tree", "-r", "--name-only", second["ref"].get<std::string>()}) ==
          "new.txt\nstart.txt\n");
    CHECK(writer.finish().exit == 0);
    CHECK(mine({"revert", first})["removed_turns"] == 0);
    CHECK_FALSE(project.box().has("new.txt"));
    CHECK(mine({"checkpoints"}).size() == 2); // the first checkpoint, and the rescue of the previous files
    CHECK(project.run({"replay", "--db", "link.db"}).exit == 0);
    CHECK(project.run({"replay", "--db", "other.db"}).exit == 0);
    CHECK(project.json({"threads", "--db", "other.db"})[0]["turns"] == 1);
}

TEST_CASE("revert: an unknown, ambiguous or failed checkpoint is refused.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    CHECK(project.run({"revert", "abc"}).err.find("expected at least 6 characters") != std::string::npos);
    CHECK(project.run({"revert", "ffffffff"}).err.find("is not in this journal") != std::string::npos);
    project.box().git({"update-ref", "-d", "refs/evenfold/checkpoints/" + first});
    project.box().write("start.txt", "changed\n");
    const ProgramResult gone = project.run({"revert", first});
    CHECK(gone.exit == 1);
    CHECK(gone.err.find(first) != std::string::npos);
    CHECK(project.box().read("start.txt") == "changed\n");
}

TEST_CASE("revert: killed at any moment, the next revert completes it; files match the journal, and a rescue exists.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    const Files target = project.files();
    const int whole = project.duration_ms({"revert", first});
    constexpr int rounds = 15;
    int cut = 0; // negative control: kills before or after the revert would prove nothing
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        project.fill(std::to_string(round));
        if (round % 3 == 0) {
            project.kill_running_revert(first);
        } else {
            RunningProgram running(project.box().root(), {"revert", first});
            (void)running.printed(whole * round / rounds); // lets it run for that many milliseconds
            running.signal(9);
            (void)running.finish();
        }
        if (project.is_reverting()) ++cut;
        const ProgramResult again = project.run({"revert", first});
        CHECK_MESSAGE(again.exit == 0, again.err);
        CHECK(project.files() == target);
        CHECK(project.run({"replay"}).exit == 0);
        CHECK(project.is_rescued(GitProject::filled(0), std::to_string(round)));
    }
    CHECK(cut >= 3);
    CHECK(project.box().is_healthy());
}

TEST_CASE("revert: changes between a killed revert and the next one are not overwritten.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    const std::string last = GitProject::filled(GitProject::files_filled - 1);
    for (int attempt = 0; attempt < 20; ++attempt) {
        project.fill("made");
        project.kill_running_revert(first);
        if (project.is_reverting() && project.box().has(last)) {
            project.box().write(last, "edited since");
            const ProgramResult refused = project.run({"revert", first});
            CHECK(refused.exit == 1);
            CHECK(project.box().read(last) == "edited since");
            CHECK(project.run({"revert", first}).exit == 0); // takes another rescue
            CHECK(project.is_rescued(last, "edited since"));
            return;
        }
        REQUIRE(project.run({"revert", first}).exit == 0);
    }
    FAIL("no revert was killed while it put files away");
}

TEST_CASE("revert: a second revert keeps the rescue checkpoint of the first.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    project.box().write("work.txt", "unsaved\n");
    REQUIRE(project.run({"revert", first}).exit == 0);
    REQUIRE(project.run({"revert", first}).exit == 0);
    CHECK(project.is_rescued("work.txt", "unsaved\n"));
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

TEST_CASE("revert: a thread that another process is writing is refused.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    RunningProgram writer(project.box().root(), {"ingest", "--acks"});
    REQUIRE(writer.write(claude_turn("done")));
    REQUIRE(writer.line()); // the writer has claimed the thread
    const ProgramResult refused = project.run({"revert", first});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("is in use by another evenfold process") != std::string::npos);
    CHECK(writer.finish().exit == 0);
    CHECK(project.run({"revert", first}).exit == 0);
}

} // namespace evenfold::cli_test
