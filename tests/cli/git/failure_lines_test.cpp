#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <unistd.h>

#include "evenfold/cli/reacting/progress_line.hpp"
#include "evenfold/tests/cli/git/git_project.hpp"
#include "evenfold/tests/cli/terminal.hpp"
#include "evenfold/tests/journal/child_process.hpp"

namespace evenfold::cli_test {
namespace {

std::size_t occurrences(std::string_view text, std::string_view words) {
    std::size_t found = 0;
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) ++found;
    return found;
}

/// Returns bytes that cannot be compressed.
std::string noise(std::size_t size) {
    std::mt19937 random(4711);
    std::string bytes(size, ' ');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

constexpr std::string_view erased_line = "\r\x1b[K";

} // namespace

TEST_CASE("failures: checkpoint, commit and run print each reason once.") {
    const GitProject project;
    std::filesystem::remove_all(project.box().root() / ".git");
    const std::string reason = "not a git repository";
    const std::vector<Arguments> commands{{"checkpoint"}, {"commit", "-m", "no"}, {"run", "--", "true"}};
    for (const Arguments& command : commands) {
        CAPTURE(command.front());
        const ProgramResult failed = project.run(command);
        CHECK(failed.exit == 1);
        CHECK_MESSAGE(occurrences(failed.err, reason) == 1, failed.err);
        CHECK_MESSAGE(occurrences(failed.err, "git init") == 1, failed.err);
    }
    std::size_t of_run = 0; // negative control: two checkpoints of `run` failed for that reason
    for (const Json& one : project.json({"checkpoints"})) of_run += one["kind"] != "manual" && one["state"] == "failed";
    CHECK(of_run == 2);

    // Failures for two reasons are both printed.
    const ProgramResult both = project.run({"run", "--thread", "other", "--", "sh", "-c", "git init -q --bare .git"});
    CHECK_MESSAGE(occurrences(both.err, reason) == 1, both.err);
    CHECK_MESSAGE(occurrences(both.err, "taking the checkpoint failed") == 2, both.err);
}

TEST_CASE("failures: a turn that failed prints the words of its agent once.") {
    const GitProject project;
    const ProgramResult failed = project.run({"run", "--", "false"});
    CHECK(failed.exit == 1);
    CHECK_MESSAGE(occurrences(failed.err, "ended with 1") == 1, failed.err);
    CHECK(failed.err.find("the turn is failed: agent_ended: ") != std::string::npos);
}

TEST_CASE("failures: a revert prints the reason once, whether it fails before, in its rescue, or in the restore.") {
    const GitProject project;
    project.box().write("large", noise(3U << 20U));
    const std::string large = project.checkpoint("large");
    project.box().write("large", "small");
    (void)project.checkpoint("small");
    const ProcessOptions limits{.file_bytes = 2U << 20U};
    const auto reverted = [&](const std::string& label) {
        return RunningProgram(project.box().root(), {"revert", label}, limits).finish();
    };
    const Files before = project.files();
    const ProgramResult restore = reverted("large");
    CHECK(restore.exit == 1);
    CHECK_MESSAGE(occurrences(restore.err, "large: write the file: File too large") == 1, restore.err);
    CHECK(restore.err.find("The files are as before the revert.") != std::string::npos);
    CHECK(project.files() == before);
    CHECK_FALSE(project.is_reverting());
    const std::size_t hint = restore.err.find("`evenfold diff ");
    REQUIRE_MESSAGE(hint != std::string::npos, restore.err);
    CHECK(project.json({"diff", restore.err.substr(hint + 15, 13)}).empty()); // no file differs
    CHECK(reverted("small").exit == 0); // negative control: the limit alone is no reason to fail

    project.box().git({"update-ref", "-d", "refs/evenfold/checkpoints/" + large});
    const ProgramResult early = project.run({"revert", "large"});
    CHECK(early.exit == 1);
    CHECK_MESSAGE(occurrences(early.err, "not found") == 1, early.err);

    std::filesystem::rename(project.box().root() / ".git", project.box().beside("away"));
    REQUIRE(project.run({"checkpoint", "--label", "failed"}).exit == 1);
    std::filesystem::rename(project.box().beside("away"), project.box().root() / ".git");
    const ProgramResult never = project.run({"revert", "failed"});
    CHECK(never.exit == 1);
    CHECK_MESSAGE(never.err.starts_with("evenfold: "), never.err); // and it announces no changes
    CHECK_MESSAGE(occurrences(never.err, "not a git repository") == 1, never.err);
}

TEST_CASE("failures: an attempt that is repeated is shown on a terminal only, until the next attempt.") {
    if (!has_terminals()) {
        MESSAGE("skipped: no terminal can be created here");
        return;
    }
    const GitProject project;
    project.box().write("new.txt", "new\n");
    const std::filesystem::path lock = project.box().root() / ".git" / "index.lock";
    std::ofstream(lock) << "";
    RunningProgram running(project.box().root(), {"commit", "-m", "Later"}, {.err = OutputDestination::terminal});
    REQUIRE(running.reports("trying again: committing failed: "));
    std::filesystem::remove(lock);
    const ProgramResult done = running.finish();
    CHECK(done.exit == 0);
    CHECK_MESSAGE(done.err.find('\n') == std::string::npos, done.err); // nothing stays
    CHECK(done.err.ends_with(erased_line));
}

TEST_CASE("progress: an effect that takes more than a second shows counts and a rate on a terminal.") {
    CHECK(cli::progress_text("reverting", 3, 3U << 19U, std::chrono::seconds(3)) ==
          "reverting ... 3 files, 1.5 MiB, 0.5 MiB/s");
    CHECK(cli::progress_text("committing", 1, 0, std::chrono::seconds(2)) ==
          "committing ... 1 file, 0.0 MiB, 0.0 MiB/s");
    if (!has_terminals()) {
        MESSAGE("skipped: no terminal can be created here");
        return;
    }
    const GitProject project;
    (void)project.checkpoint("first");
    const int lock = project.lock_work_tree();
    RunningProgram waiting(project.box().root(), {"checkpoint"}, {.err = OutputDestination::terminal});
    const auto begun = std::chrono::steady_clock::now();
    REQUIRE(waiting.reports("taking the checkpoint ... 0 files, 0.0 MiB, 0.0 MiB/s"));
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::seconds(1));
    ::close(lock);
    const ProgramResult done = waiting.finish();
    CHECK(done.exit == 0);
    CHECK(done.err.ends_with(erased_line));
    CHECK(project.run({"checkpoint"}).err.empty()); // negative control: no terminal
}

TEST_CASE("progress: the counts are those of the running effect, without those of earlier ones.") {
    if (!has_terminals()) {
        MESSAGE("skipped: no terminal can be created here");
        return;
    }
    const DescriptorPair ends = make_terminal();
    journal::ChildProcess child([&] {
        ::dup2(ends[1], STDERR_FILENO);
        const auto counts = std::make_shared<git::Progress>();
        cli::ProgressLine line(counts);
        const auto begin = [&](std::string_view kind) {
            kernel::LoopEvent event;
            event.kind = kind;
            line.show(event, true);
        };
        begin("CaptureCheckpoint");
        counts->files = 1000;
        counts->bytes = 5U << 20U;
        begin("RunRevert");
        counts->changed = 7;
        counts->bytes = 6U << 20U;
        while (true) line.refresh(); // until the test has seen it
        return 0;
    });
    std::string shown;
    std::array<char, 4096> buffer{};
    while (shown.find("MiB/s") == std::string::npos) {
        const ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
        REQUIRE(size > 0);
        shown.append(buffer.data(), static_cast<std::size_t>(size));
    }
    child.signal(SIGKILL);
    CHECK(child.end() == -SIGKILL);
    for (const int end : ends) ::close(end);
    CHECK_MESSAGE(shown.find("reverting ... 7 files, 1.0 MiB, ") != std::string::npos, shown);
}

} // namespace evenfold::cli_test
