#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <unistd.h>

#include "evenfold/tests/cli/git/git_project.hpp"

namespace evenfold::cli_test {
namespace {

/// Returns the duration of a revert of the files of `fill` that is not interrupted.
int duration_ms(const GitProject& project, const std::string& checkpoint) {
    project.fill("uncut");
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(project.run({"revert", checkpoint}).exit == 0);
    const auto taken = std::chrono::steady_clock::now() - begin;
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count());
}

} // namespace

TEST_CASE("revert: killed at any moment, --continue completes it and --abort undoes it, and a rescue exists.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    const Files target = project.files();
    const int whole = duration_ms(project, first);
    constexpr int rounds = 15;
    int cut = 0; // negative control: kills before or after the revert would prove nothing
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        project.fill(std::to_string(round));
        const Files before = project.files();
        if (round % 3 == 0) {
            project.signal_running_revert(first, SIGKILL);
        } else {
            RunningProgram running(project.box().root(), {"revert", first});
            (void)running.printed(whole * round / rounds); // lets it run for that many milliseconds
            running.signal(9);
            (void)running.finish();
        }
        const bool is_cut = project.is_reverting();
        if (is_cut) ++cut;
        if (is_cut && round % 2 == 0) {
            const ProgramResult undone = project.run({"revert", "--abort"});
            CHECK_MESSAGE(undone.exit == 0, undone.err);
            CHECK(project.files() == before);
        }
        const ProgramResult again =
            is_cut && round % 2 != 0 ? project.run({"revert", "--continue"}) : project.run({"revert", first});
        CHECK_MESSAGE(again.exit == 0, again.err);
        CHECK(project.files() == target);
        CHECK(project.run({"replay"}).exit == 0);
        CHECK(project.is_rescued(GitProject::filled(0), std::to_string(round)));
    }
    CHECK(cut >= 3);
    CHECK(project.box().is_healthy());
}

TEST_CASE(
    "revert: files that were edited after a kill are kept by --continue, which undoes the rest, and by --abort.") {
    for (const std::string way : {"--continue", "--abort"}) {
        CAPTURE(way);
        const GitProject project;
        const std::string first = project.checkpoint("first");
        const std::string last = GitProject::filled(GitProject::files_filled - 1);
        project.cut_revert(first, SIGKILL);
        Files expected = project.files();
        for (int file = 0; file < GitProject::files_filled; ++file)
            expected[GitProject::filled(file)] = {.kind = 'f', .bytes = "made"};
        expected[last].bytes = "edited since";
        project.box().write(last, "edited since");
        const ProgramResult ended = project.run({"revert", way});
        CHECK(ended.exit == (way == "--abort" ? 0 : 1));
        CHECK((ended.out + ended.err).find(last) != std::string::npos);
        CHECK(project.files() == expected);
        CHECK_FALSE(project.is_reverting());
        CHECK(project.run({"revert", first}).exit == 0); // takes another rescue
        CHECK(project.is_rescued(last, "edited since"));
    }
}

TEST_CASE("revert: Ctrl-C, SIGTERM or SIGHUP before files are written give it up.") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        CAPTURE(signal);
        const GitProject project;
        const std::string first = project.checkpoint("first");
        project.box().write("new.txt", "new\n");
        const int lock = project.lock_work_tree();
        RunningProgram waiting(project.box().root(), {"revert", first});
        while (!project.is_reverting()) {} // it waits for the lock, to take the rescue checkpoint
        waiting.signal(signal);
        const ProgramResult ended = waiting.finish();
        ::close(lock);
        CHECK(ended.exit == 1);
        CHECK(ended.err.find("before any file was changed") != std::string::npos);
        CHECK_FALSE(project.is_reverting());
        CHECK(project.run({"checkpoint"}).exit == 0);
        CHECK(project.box().read("new.txt") == "new\n");
    }
}

TEST_CASE("revert: interrupted between two files, it is continued or aborted, and other commands refuse to run.") {
    for (const std::string way : {"--continue", "--abort"}) {
        CAPTURE(way);
        const GitProject project;
        const std::string first = project.checkpoint("first");
        project.fill("made");
        const Files before = project.files();
        project.cut_revert(first, SIGHUP);
        const Files half = project.files();
        CHECK(half.contains(GitProject::filled(GitProject::files_filled - 1))); // negative control: it was not complete
        const std::vector<Arguments> commands{
            {"run", "--", "true"},
            {"run", "--thread", "other", "--", "true"},
            {"checkpoint"},
            {"commit", "-m", "no"},
            {"ingest"},
            {"revert", first},
        };
        for (const Arguments& command : commands) {
            CAPTURE(command.front());
            const ProgramResult refused = project.run(command, claude_turn("input of ingest"));
            CHECK(refused.exit == 1);
            CHECK(refused.err.find("revert --continue") != std::string::npos);
            CHECK(refused.err.find("--abort") != std::string::npos);
        }
        CHECK(project.files() == half);
        const ProgramResult ended = project.run({"revert", way});
        CHECK_MESSAGE(ended.exit == 0, ended.err);
        if (way == "--abort")
            CHECK(project.files() == before);
        else
            CHECK_FALSE(project.box().has("filled"));
        CHECK(project.run({"checkpoint"}).exit == 0);
        const ProgramResult none = project.run({"revert", way});
        CHECK(none.exit == 1);
        CHECK(none.err.find("no revert is unfinished") != std::string::npos);
    }
}

TEST_CASE("revert: expects exactly one of a checkpoint, --continue and --abort.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    CHECK(project.run({"revert"}).exit == 2);
    CHECK(project.run({"revert", first, "--continue"}).exit == 2);
    CHECK(project.run({"revert", "--abort", "--continue"}).exit == 2);
}

} // namespace evenfold::cli_test
