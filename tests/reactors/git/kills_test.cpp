#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <time.h>

#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/reactors/git/worktree.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/git/random_edits.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using journal::ChildProcess;

namespace {

/// Lets the child run for `micros` microseconds, then kills it.
void kill_after(ChildProcess& child, std::size_t micros) {
    const timespec span{.tv_sec = 0, .tv_nsec = static_cast<long>(micros) * 1000};
    ::nanosleep(&span, nullptr); // the moment of the kill is random: the sleep waits for no event
    child.signal(SIGKILL);
    child.end();
}

constexpr std::size_t kills = 100;

} // namespace

TEST_CASE("Kills: a capture or restore killed at any point leaves intact refs, and a retry completes it.") {
    const std::uint64_t seed = seed_of(4711);
    CAPTURE(seed);
    Dice dice(seed);
    const Sandbox box;
    box.write(".gitignore", "/ignored/\n");
    for (int i = 0; i < 300; ++i) box.write("f" + std::to_string(i % 17) + "/" + std::to_string(i), std::to_string(i));
    box.commit_all("first");
    const auto repository = box.opened();
    const Files user = box.users();
    std::vector<Files> copies;
    std::size_t reported_in_time = 0;
    for (std::size_t round = 0; round < kills; ++round) {
        CAPTURE(round);
        for (int i = 0; i < 10; ++i) edit(box, dice);
        copies.push_back(box.files(is_ignored_there));
        const std::string id = std::to_string(round);
        const std::string back = std::to_string(roll(dice, copies.size()));
        journal::Pipe reported;
        ChildProcess child([&] {
            const auto made = git::capture(repository, capture_of(id));
            if (made) reported.write(round);
            for (;;) {
                if (!git::restore(repository, {.ref = ref_of(back), .rescue = ref_of(id)})) return 1;
                if (!git::restore(repository, {.ref = ref_of(id), .rescue = {}})) return 2;
            }
        });
        reported.close_write();
        kill_after(child, roll(dice, 60'000));
        const bool was_reported = reported.read().has_value();
        reported_in_time += was_reported ? 1 : 0;
        // A reported capture is complete on disk, before any repetition.
        if (was_reported) REQUIRE(run_git(box.root(), {"rev-parse", "--verify", ref_of(id) + "^{tree}"}).exit == 0);
        REQUIRE(box.users() == user);
        if (round % 10 == 9) REQUIRE(box.is_healthy());
        captured(box, id);
        restored(box, back, id);
        REQUIRE(box.files(is_ignored_there) == copies[std::stoul(back)]);
        restored(box, id);
        REQUIRE(box.files(is_ignored_there) == copies.back());
    }
    MESSAGE(reported_in_time << " of " << kills << " captures were reported before the kill");
    CHECK(reported_in_time > 0);
    CHECK(reported_in_time < kills);
    CHECK(box.is_healthy());
}

TEST_CASE("Kills: a capture replaces the read-only files that a killed one has left.") {
    const Sandbox box;
    box.write("a", "1");
    const auto temporary =
        box.root() / ".git" / "objects" / "pack" / ("tmp_evenfold_" + git::name_of_folder(box.opened()));
    for (const char* ending : {"", "_idx"}) {
        std::filesystem::create_directories(temporary.parent_path());
        std::ofstream(temporary.string() + ending) << "unfinished";
        std::filesystem::permissions(temporary.string() + ending, std::filesystem::perms::owner_read);
    }
    box.give_away();
    const auto result = as_nobody([&] { return git::capture(box.opened(), capture_of("1")) ? 0 : 1; });
    CHECK(result.value_or(0) == 0);
    CHECK_FALSE(std::filesystem::exists(temporary));
}

TEST_CASE("Kills: a commit is added once, and a worktree is complete or created again.") {
    const std::uint64_t seed = seed_of(4712);
    CAPTURE(seed);
    Dice dice(seed);
    const Sandbox box;
    for (int i = 0; i < 50; ++i) box.write("f" + std::to_string(i), std::to_string(i));
    box.commit_all("first");
    const auto repository = box.opened();
    for (std::size_t round = 0; round < 40; ++round) {
        CAPTURE(round);
        const std::string id = "c" + std::to_string(round);
        box.write("changed", id);
        const git::CommitFiles asked{.id = id, .message = "work", .checkpoint = {}};
        const git::AddWorktree tree{.name = id, .path = box.beside(id), .base = "main", .branch = "b/" + id};
        ChildProcess child([&] {
            const bool done = git::commit(repository, asked) && git::add_worktree(repository, tree) &&
                              git::remove_worktree(repository, id, git::Unsaved::discard);
            return done ? 0 : 1;
        });
        kill_after(child, roll(dice, 60'000));
        // git leaves these locks when it is killed, and asks the user to remove them.
        for (const std::string& lock : std::vector<std::string>{"index.lock", "HEAD.lock", "refs/heads/main.lock",
                                                                "refs/heads/b/" + id + ".lock"})
            std::filesystem::remove(box.root() / ".git" / lock);
        REQUIRE(git::commit(repository, asked));
        const auto made = git::add_worktree(repository, tree);
        if (!made) FAIL(made.error().what);
        REQUIRE(run_git(made->path, {"status", "--porcelain"}).out.empty());
        REQUIRE(git::remove_worktree(repository, id, git::Unsaved::keep));
        REQUIRE(box.git({"rev-list", "--count", "main"}) == std::to_string(round + 2) + "\n");
        REQUIRE(box.git({"status", "--porcelain"}).empty());
    }
    CHECK(box.is_healthy());
}
