#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "evenfold/reactors/git/worktree.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;
using git::Unsaved;

namespace {

git::AddWorktree asked(const Sandbox& box, const std::string& name) {
    return {.name = name, .path = box.beside(name), .base = "main", .branch = "evenfold/" + name};
}

/// Makes the first commit.
void begin(const Sandbox& box) {
    box.write("a", "1\n");
    box.commit_all("first");
}

bool has_branch(const Sandbox& box, const std::string& name) {
    return run_git(box.root(), {"rev-parse", "--verify", "refs/heads/" + name}).exit == 0;
}

} // namespace

TEST_CASE("Worktree: it is created from a base on its own branch, and a repeated request returns it.") {
    const Sandbox box;
    begin(box);
    for (int i = 0; i < 2; ++i) {
        const auto made = git::add_worktree(box.opened(), asked(box, "one"));
        if (!made) FAIL(made.error().what);
        CHECK(made->path == box.beside("one"));
        CHECK(made->branch == "evenfold/one");
    }
    CHECK(run_git(box.beside("one"), {"status", "--porcelain", "--branch"}).out == "## evenfold/one\n");
    CHECK(std::filesystem::exists(box.beside("one") / "a"));
    REQUIRE(git::open(box.beside("one")));
    for (int i = 0; i < 2; ++i) CHECK(git::remove_worktree(box.opened(), "one", Unsaved::keep));
    CHECK_FALSE(std::filesystem::exists(box.beside("one")));
    CHECK_FALSE(has_branch(box, "evenfold/one"));
    CHECK(box.git({"worktree", "list"}).find("one") == std::string::npos);
    CHECK(git::add_worktree(box.opened(), asked(box, "one")));
    CHECK(box.is_healthy());
}

TEST_CASE("Worktree: a worktree that evenfold did not create is neither returned nor removed.") {
    const Sandbox box;
    begin(box);
    const auto kind = [&](const git::AddWorktree& wanted) {
        const auto made = git::add_worktree(box.opened(), wanted);
        return made ? FailureKind::input_output : made.error().kind;
    };
    box.git({"worktree", "add", "--quiet", "-b", "theirs", box.beside("theirs").string()});
    CHECK(kind(asked(box, "theirs")) == FailureKind::exists);
    CHECK(git::remove_worktree(box.opened(), "theirs", Unsaved::discard).error().kind == FailureKind::exists);
    CHECK(std::filesystem::exists(box.beside("theirs") / "a"));
    std::ofstream(box.beside("file")) << "mine";
    CHECK(kind(asked(box, "file")) == FailureKind::exists);
    auto wanted = asked(box, "branch");
    wanted.branch = "main";
    CHECK(kind(wanted) == FailureKind::exists);
    wanted = asked(box, "base");
    wanted.base = "nowhere";
    CHECK(kind(wanted) == FailureKind::not_found);
    wanted.name = "../out";
    CHECK(kind(wanted) == FailureKind::invalid);
    REQUIRE(git::add_worktree(box.opened(), asked(box, "ours")));
    wanted = asked(box, "ours");
    wanted.branch = "another";
    CHECK(kind(wanted) == FailureKind::exists);
    CHECK(git::remove_worktree(box.opened(), "never", Unsaved::keep));
}

TEST_CASE("Worktree: uncommitted work is kept, and so is a branch with commits.") {
    const Sandbox box;
    begin(box);
    REQUIRE(git::add_worktree(box.opened(), asked(box, "one")));
    const auto here = box.beside("one");
    std::ofstream(here / "new") << "work";
    CHECK(git::remove_worktree(box.opened(), "one", Unsaved::keep).error().kind == FailureKind::unsaved);
    CHECK(std::filesystem::exists(here / "new"));
    run_git(here, {"add", "--all"});
    run_git(here, {"commit", "--quiet", "-m", "work"});
    box.git({"worktree", "lock", here.string()});
    CHECK(git::remove_worktree(box.opened(), "one", Unsaved::discard).error().kind == FailureKind::busy);
    box.git({"worktree", "unlock", here.string()});
    CHECK(git::remove_worktree(box.opened(), "one", Unsaved::keep));
    CHECK(has_branch(box, "evenfold/one"));
    REQUIRE(git::add_worktree(box.opened(), asked(box, "two")));
    std::ofstream(box.beside("two") / "new") << "work";
    CHECK(git::remove_worktree(box.opened(), "two", Unsaved::discard));
}

TEST_CASE("Worktree: a worktree that a kill left incomplete is created again.") {
    const Sandbox box;
    begin(box);
    const auto note = box.root() / ".git" / "evenfold" / "worktrees" / "one";
    REQUIRE(git::add_worktree(box.opened(), asked(box, "one")));
    std::ifstream file(note);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const std::string lost : {"gitdir", "HEAD", "index"}) {
        CAPTURE(lost);
        std::ofstream(note) << "making" << text.substr(text.find('\n'));
        std::filesystem::remove(box.root() / ".git" / "worktrees" / "one" / lost);
        std::filesystem::remove(box.beside("one") / "a");
        std::ofstream(box.root() / ".git" / "refs" / "heads" / "evenfold" / "one.lock") << "";
        REQUIRE(git::add_worktree(box.opened(), asked(box, "one")));
        CHECK(run_git(box.beside("one"), {"status", "--porcelain"}).out.empty());
    }
    std::filesystem::remove_all(box.beside("one"));
    CHECK(git::add_worktree(box.opened(), asked(box, "one")).error().kind == FailureKind::not_found);
    CHECK(git::remove_worktree(box.opened(), "one", Unsaved::keep));
    CHECK(git::add_worktree(box.opened(), asked(box, "one")));
}
