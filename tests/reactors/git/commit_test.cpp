#include <chrono>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;

namespace {

FailureKind refused_commit(const Sandbox& box, const std::string& id) {
    const auto made = git::commit(box.opened(), commit_of(id));
    REQUIRE_FALSE(made.has_value());
    MESSAGE(made.error().what);
    CHECK_FALSE(made.error().remedy.empty());
    return made.error().kind;
}

} // namespace

TEST_CASE("Commit: it has the current files, the user as author, leaves a clean status, and runs no hook.") {
    const Sandbox box;
    box.write("a", "1\n");
    box.write("gone", "1\n");
    box.write(".gitignore", "*.log\n");
    CHECK(committed(box, "c1").branch == "main"); // an unborn branch
    box.write("a", "2\n");
    box.remove("gone");
    box.write("new/run", "x\n", true);
    box.write("x.log", "noise\n");
    box.write("staged", "staged otherwise\n");
    box.git({"add", "staged"});
    box.write("staged", "last\n");
    const auto hook = box.root() / ".git" / "hooks" / "pre-commit";
    std::filesystem::create_directories(hook.parent_path());
    std::ofstream(hook) << "#!/bin/sh\nexit 1\n";
    REQUIRE(::chmod(hook.c_str(), 0755) == 0);
    const auto made = committed(box, "c2");
    CHECK(made.sha == box.git({"rev-parse", "main"}).substr(0, 40));
    CHECK(box.git({"status", "--porcelain"}).empty());
    CHECK(box.git({"log", "--format=%an <%ae> %B", "-1"}) ==
          "Ada <ada@example.org> Work of c2\n\nEvenfold-Commit: c2\n\n");
    CHECK(box.git({"ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD"}) ==
          "100644 .gitignore\n100644 a\n100755 new/run\n100644 staged\n");
    CHECK(box.git({"rev-list", "--count", "HEAD"}) == "2\n");
    CHECK(box.git({"reflog", "--format=%gs"}).find("commit") != std::string::npos);
    CHECK(box.is_healthy());
}

TEST_CASE("Commit: a repeated request finds the commit by its trailer, and adds none.") {
    const Sandbox box;
    box.write("a", "1");
    const auto first = committed(box, "c1");
    box.write("a", "2");
    CHECK(committed(box, "c1").sha == first.sha);
    box.commit_all("of the user");
    CHECK(committed(box, "c1").sha == first.sha);
    box.write("a", "3");
    CHECK(committed(box, "c1x").sha != first.sha);
    CHECK(box.git({"rev-list", "--count", "HEAD"}) == "3\n");
}

TEST_CASE("Commit: a checkpoint can be committed while the files on the disk differ.") {
    const Sandbox box;
    box.write("a", "1\n");
    box.commit_all("first");
    box.write("a", "2\n");
    box.write("b", "2\n");
    captured(box, "1");
    box.write("a", "3\n");
    committed(box, "c1", "1");
    CHECK(box.git({"show", "HEAD:a"}) == "2\n");
    CHECK(box.read("a") == "3\n");
    CHECK(box.git({"status", "--porcelain"}) == " M a\n");
    CHECK(git::commit(box.opened(), commit_of("c2", "never")).error().kind == FailureKind::not_found);
}

TEST_CASE("Commit: a detached HEAD moves, and no branch does.") {
    const Sandbox box;
    box.write("a", "1");
    box.commit_all("first");
    box.git({"checkout", "--quiet", "--detach"});
    box.write("a", "2");
    const auto made = committed(box, "c1");
    CHECK(made.branch.empty());
    CHECK(box.git({"rev-parse", "HEAD"}).substr(0, 40) == made.sha);
    CHECK(box.git({"rev-parse", "main"}).substr(0, 40) != made.sha);
    CHECK(box.git({"status", "--porcelain"}).empty());
}

TEST_CASE("Commit: git's filters and core.fileMode apply, and sparse files are kept.") {
    const Sandbox box;
    box.write(".gitattributes", "*.txt text eol=crlf\n");
    box.write("a.txt", "one\r\n");
    box.write("out/side", "1\n");
    box.write("run", "1\n", true);
    box.commit_all("first");
    box.git({"config", "core.fileMode", "false"});
    box.git({"sparse-checkout", "set", "--no-cone", "/*", "!/out/"});
    box.write("a.txt", "one\r\ntwo\r\n");
    box.write("run", "2\n");
    box.write("other", "1\n", true);
    committed(box, "c1");
    CHECK(box.git({"cat-file", "blob", "HEAD:a.txt"}) == "one\ntwo\n");
    CHECK(box.git({"ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD"}) ==
          "100644 .gitattributes\n100644 a.txt\n100644 other\n100644 out/side\n100755 run\n");
    CHECK(box.git({"status", "--porcelain"}).empty());
    CHECK_FALSE(box.has("out/side"));
}

TEST_CASE("Commit: a commit of a part of a work tree leaves the rest as in HEAD.") {
    const Sandbox box;
    box.write("part/a", "1\n");
    box.write("beside", "1\n");
    box.write("part-b", "1\n");
    box.commit_all("first");
    box.write("part/a", "2\n");
    box.write("beside", "2\n");
    const auto part = git::open(box.root() / "part");
    REQUIRE(part);
    REQUIRE(git::commit(*part, commit_of("c1")));
    CHECK(box.git({"show", "HEAD:part/a"}) == "2\n");
    CHECK(box.git({"show", "HEAD:beside"}) == "1\n");
    CHECK(box.git({"status", "--porcelain"}) == " M beside\n");
}

TEST_CASE("Commit: git status still sees a file that changed in the second in which the index was written.") {
    const Sandbox box;
    box.write("part/a", "1\n");
    box.write("beside", "1\n");
    box.commit_all("first");
    box.git({"config", "core.trustctime", "false"}); // this test cannot set that time
    // The index, and both states of the file, have one second; the sizes are equal.
    const auto second =
        std::chrono::floor<std::chrono::seconds>(std::filesystem::last_write_time(box.root() / "beside"));
    std::filesystem::last_write_time(box.root() / "beside", second);
    box.git({"update-index", "--refresh"});
    std::filesystem::last_write_time(box.root() / ".git" / "index", second + std::chrono::milliseconds(500));
    box.write("beside", "2\n");
    std::filesystem::last_write_time(box.root() / "beside", second + std::chrono::milliseconds(900));
    box.write("part/a", "2\n");
    const auto part = git::open(box.root() / "part");
    REQUIRE(part);
    REQUIRE(git::commit(*part, commit_of("c1")));
    std::filesystem::last_write_time(box.root() / ".git" / "index", second + std::chrono::seconds(2));
    CHECK(box.git({"status", "--porcelain"}) == " M beside\n");
}

TEST_CASE("Commit: requests that git would refuse, or that only git supports, are refused.") {
    const Sandbox box;
    box.write("a", "1\n");
    box.commit_all("first");
    CHECK(refused_commit(box, "nothing") == FailureKind::nothing_to_commit);
    CHECK(refused_commit(box, "two words") == FailureKind::invalid);
    CHECK(refused_commit(box, "") == FailureKind::invalid);
    CHECK(git::commit(box.opened(), {.id = "x", .message = " \n", .checkpoint = {}}).error().kind ==
          FailureKind::invalid);
    const std::string tip = box.git({"rev-parse", "HEAD"});
    box.write("b", "1\n");
    box.git({"config", "user.name", ""});
    CHECK(refused_commit(box, "nobody") == FailureKind::no_identity);
    CHECK(box.git({"status", "--porcelain"}) == "?? b\n");
    box.git({"config", "--unset", "user.name"});
    box.write(".gitattributes", "*.bin filter=large\n");
    box.git({"config", "filter.large.clean", "cat"});
    box.write("x.bin", "1\n");
    CHECK(refused_commit(box, "filtered") == FailureKind::unsupported);
    box.git({"config", "--remove-section", "filter.large"});
    CHECK(box.git({"rev-parse", "HEAD"}) == tip);
    committed(box, "control");

    box.git({"checkout", "--quiet", "-b", "other"});
    box.write("a", "2\n");
    box.commit_all("other");
    box.git({"checkout", "--quiet", "main"});
    box.write("a", "3\n");
    box.commit_all("third");
    CHECK(run_git(box.root(), {"merge", "other"}).exit != 0);
    CHECK(refused_commit(box, "merging") == FailureKind::unfinished);
    box.write("a", "4\n");
    box.git({"add", "a"});
    CHECK(refused_commit(box, "resolved") == FailureKind::unfinished);
    CHECK(box.is_healthy());
}

TEST_CASE("Commit: a branch lock left by a kill is removed if it holds the requested commit.") {
    const Sandbox box;
    box.write("a", "1\n");
    box.commit_all("first");
    box.write("a", "2\n");
    const auto leave = [&](const std::string& name, const std::string& id) {
        const std::string message = "Work\n\nEvenfold-Commit: " + id;
        std::ofstream(box.root() / ".git" / name) << box.git({"commit-tree", "-m", message, "HEAD^{tree}"});
    };
    leave("refs/heads/main.lock", "c1");
    CHECK(refused_commit(box, "c2") == FailureKind::busy);
    committed(box, "c1");
    box.git({"checkout", "--quiet", "--detach"});
    box.write("a", "3\n");
    leave("HEAD.lock", "c3");
    CHECK(refused_commit(box, "c4") == FailureKind::busy);
    committed(box, "c3");
    CHECK(box.git({"rev-list", "--count", "HEAD"}) == "3\n");
    CHECK(box.git({"status", "--porcelain"}).empty());
}

TEST_CASE("Commit: any other lock file stays, and the failure names it with the remedy.") {
    const Sandbox box;
    box.write("a", "1\n");
    box.commit_all("first");
    for (const std::string& name : std::vector<std::string>{"index.lock", "refs/heads/main.lock"}) {
        CAPTURE(name);
        box.write("a", name);
        const auto lock = box.root() / ".git" / name;
        std::ofstream(lock) << "";
        const auto made = git::commit(box.opened(), commit_of(name));
        REQUIRE_FALSE(made.has_value());
        CHECK(made.error().kind == FailureKind::busy);
        INFO(made.error().what, "; ", made.error().remedy);
        CHECK(made.error().remedy.find("remove " + std::filesystem::canonical(lock).string() + ".") !=
              std::string::npos);
        REQUIRE(std::filesystem::remove(lock));
        committed(box, name);
    }
    CHECK(box.git({"rev-list", "--count", "main"}) == "3\n");
    CHECK(box.git({"status", "--porcelain"}).empty());
}
