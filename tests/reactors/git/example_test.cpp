#include <doctest/doctest.h>
#include <fmt/core.h>

#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

// The examples of the public headers, so that the compiler checks them.

using namespace evenfold;
using namespace evenfold::git_test;

TEST_CASE("Examples: checkpoint.hpp captures the files.") {
    const Sandbox box;
    box.write("a.txt", "1\n");
    captured(box, "1");
    box.write("a.txt", "2\n");
    const auto folder = box.root();

    const auto repository = git::open(folder);
    const auto made = git::capture(*repository, {.ref = "refs/evenfold/checkpoints/2",
                                                 .message = "After the change",
                                                 .author = {.name = "Ada", .email = "ada@example.org", .at_s = 0},
                                                 .previous = "refs/evenfold/checkpoints/1"});
    for (const std::string& path : made->files) fmt::print("{}\n", path); // changed since `previous`
    CHECK(made->files == std::vector<std::string>{"a.txt"});
}

TEST_CASE("Examples: restore.hpp restores a checkpoint.") {
    const Sandbox box;
    box.write("a.txt", "1\n");
    captured(box, "1");
    box.write("a.txt", "2\n");
    captured(box, "2");
    const auto folder = box.root();

    const auto repository = git::open(folder);
    const auto counts = git::restore(*repository, {.ref = "refs/evenfold/checkpoints/1",
                                                   .rescue = "refs/evenfold/checkpoints/2"}); // the current files
    if (!counts) fmt::print("{}. {}\n", counts.error().what, counts.error().remedy);
    CHECK(box.read("a.txt") == "1\n");
}

TEST_CASE("Examples: changes.hpp prints the differences from a checkpoint.") {
    const Sandbox box;
    box.write("a.txt", "1\n");
    captured(box, "1");
    box.write("a.txt", "2\n");
    const auto folder = box.root();

    const auto repository = git::open(folder);
    const auto changes = git::find_changes(*repository, {.from = "refs/evenfold/checkpoints/1",
                                                         .to = {}, // the files on the disk
                                                         .with_text = true});
    for (const git::FileChange& change : *changes) fmt::print("{}", change.text);
    CHECK(changes->size() == 1);
}

TEST_CASE("Examples: commit.hpp commits the files.") {
    use_own_settings();
    const Sandbox box;
    box.write("a.txt", "1\n");
    const auto folder = box.root();

    const auto repository = git::open(folder);
    const auto made = git::commit(*repository, {.id = "request-1", // a retry with this id returns the same commit
                                                .message = "Fix the parser",
                                                .checkpoint = {}}); // the files on the disk
    if (made) fmt::print("{} on {}\n", made->sha, made->branch);
    CHECK(made.has_value());
}
