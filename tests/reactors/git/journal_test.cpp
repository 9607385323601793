#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;

// The journal lies in the work tree that it records. It is no part of a checkpoint, restore or commit by any name.

namespace {

namespace fs = std::filesystem;

git::Repository opened_with(const Sandbox& box, const std::string& journal) {
    auto repository = git::open(box.root(), box.root() / journal);
    if (!repository) FAIL(repository.error().what);
    return *repository;
}

std::string files_of(const Sandbox& box, const std::string& ref) {
    return box.git({"ls-tree", "-r", "--name-only", ref});
}

} // namespace

TEST_CASE("Journal: hard links of its files are in no checkpoint, and a restore does not write them.") {
    const Sandbox box;
    box.write("a", "1");
    box.write("data.db", "journal");
    box.write("data.db-wal", "log");
    fs::create_hard_link(box.root() / "data.db", box.root() / "second");
    fs::create_directory(box.root() / "sub");
    fs::create_hard_link(box.root() / "data.db-wal", box.root() / "sub" / "third");
    const git::Repository repository = opened_with(box, "data.db");
    REQUIRE(git::capture(repository, capture_of("1")));
    CHECK(files_of(box, ref_of("1")) == "a\n");
    captured(box, "everything"); // the control: opened without the journal's path
    CHECK(files_of(box, ref_of("everything")) == "a\ndata.db\ndata.db-wal\nsecond\nsub/third\n");
    box.write("data.db", "newer");
    box.write("a", "2");
    REQUIRE(git::capture(repository, capture_of("2")));
    REQUIRE(git::restore(repository, {.ref = ref_of("everything"), .rescue = ref_of("2")}));
    CHECK(box.read("a") == "1");
    CHECK(box.read("second") == "newer");
    CHECK(fs::equivalent(box.root() / "data.db", box.root() / "second"));
    CHECK(box.read("sub/third") == "log");
}

TEST_CASE("Journal: a commit of current files, or of an older checkpoint with the journal, leaves it out.") {
    const Sandbox box;
    box.write("a", "1");
    box.commit_all("start");
    box.write("a", "2");
    box.write("evenfold.db", "journal");
    fs::create_hard_link(box.root() / "evenfold.db", box.root() / "second");
    box.write(".evenfold/journal.db", "journal");
    box.git({"add", "--force", "--all"});
    box.git({"commit", "--quiet", "-m", "with the journal"});
    box.git({"update-ref", ref_of("old"), "HEAD"}); // as a checkpoint by an evenfold that knew no .evenfold
    box.git({"reset", "--quiet", "HEAD~1"});
    CHECK(files_of(box, ref_of("old")) == ".evenfold/journal.db\na\nevenfold.db\nsecond\n"); // the control
    const git::Repository repository = opened_with(box, "evenfold.db");
    const auto commit = [&](const std::string& id, std::optional<std::string> checkpoint) {
        const auto made = git::commit(repository, {.id = id, .message = id, .checkpoint = std::move(checkpoint)});
        REQUIRE_MESSAGE(made, made.error().what);
    };
    commit("c1", ref_of("old"));
    CHECK(files_of(box, "HEAD") == "a\n");
    CHECK(box.git({"show", "HEAD:a"}) == "2");
    box.write("a", "3");
    commit("c2", {});
    CHECK(files_of(box, "HEAD") == "a\n");
    CHECK(box.git({"show", "HEAD:a"}) == "3");
}

TEST_CASE("Journal: the folder .evenfold is left out, also where git tracks it.") {
    const Sandbox box;
    box.write("a", "1");
    box.write(".evenfold/tracked", "1");
    box.write("sub/.evenfold/tracked", "1");
    box.write("x.evenfold/y", "1");
    box.commit_all("start");
    captured(box, "1");
    CHECK(files_of(box, ref_of("1")) == "a\nx.evenfold/y\n");
    box.write("a", "2");
    box.write(".evenfold/tracked", "2");
    captured(box, "2");
    restored(box, "1", "2");
    CHECK(box.read("a") == "1");
    CHECK(box.read(".evenfold/tracked") == "2");
    box.write("a", "3");
    committed(box, "c");
    CHECK(box.git({"show", "HEAD:.evenfold/tracked"}) == "1"); // as in the commit before
    CHECK(files_of(box, "HEAD") == ".evenfold/tracked\na\nsub/.evenfold/tracked\nx.evenfold/y\n");
}
