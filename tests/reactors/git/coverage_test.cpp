#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::CheckpointGap;
using git::GapKind;

namespace {

using Gaps = std::vector<CheckpointGap>;

unsigned mode_of(const Sandbox& box, const std::string& path) {
    struct stat status{};
    REQUIRE(::stat((box.root() / path).c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

} // namespace

TEST_CASE("Commit: files that are marked skip-worktree or assume-unchanged stay as in the index.") {
    const Sandbox box;
    box.write("local.conf", "PASSWORD=");
    box.write("assumed.conf", "PASSWORD=");
    box.write("gone.conf", "PASSWORD=");
    box.write("source", "1");
    box.commit_all("start");
    box.git({"update-index", "--skip-worktree", "local.conf", "gone.conf"});
    box.git({"update-index", "--assume-unchanged", "assumed.conf"});
    box.write("local.conf", "PASSWORD=secret");
    box.write("assumed.conf", "PASSWORD=secret");
    box.remove("gone.conf");
    box.write("source", "2");
    captured(box, "1");
    committed(box, "c1");
    for (const std::string path : {"local.conf", "assumed.conf", "gone.conf"})
        CHECK(box.git({"show", "HEAD:" + path}) == "PASSWORD=");
    CHECK(box.git({"show", "HEAD:source"}) == "2");
    CHECK(box.git({"ls-files", "-t", "local.conf"}) == "S local.conf\n"); // the flags stay
    CHECK(box.git({"ls-files", "-v", "assumed.conf"}) == "h assumed.conf\n");
    box.write("source", "3");
    committed(box, "c2");
    committed(box, "c3", "1"); // the checkpoint has the local content
    CHECK(box.git({"show", "HEAD:local.conf"}) == "PASSWORD=");
    box.git({"update-index", "--no-skip-worktree", "local.conf"});
    committed(box, "c4");
    CHECK(box.git({"show", "HEAD:local.conf"}) == "PASSWORD=secret"); // negative control
}

TEST_CASE("Coverage: a checkpoint that was taken in a sparse work tree deletes nothing outside, on disk or branch.") {
    const Sandbox box;
    box.write("a/x", "1");
    box.write("b/y", "2");
    box.write("b/deep/z", "2");
    box.write("c/z", "3");
    box.commit_all("start");
    box.git({"sparse-checkout", "set", "a"});
    REQUIRE_FALSE(box.has("b/y"));
    box.write("a/x", "edited");
    const auto thin = captured(box, "thin");
    CHECK(thin.gaps == Gaps{{GapKind::sparse, "b/"}, {GapKind::sparse, "c/"}});
    box.git({"sparse-checkout", "disable"});
    REQUIRE(box.has("b/y"));
    captured(box, "rescue", "thin");
    restored(box, "thin", "rescue");
    CHECK(box.read("b/y") == "2");
    CHECK(box.read("b/deep/z") == "2");
    CHECK(box.read("a/x") == "edited");
    committed(box, "c1", "thin");
    CHECK(box.git({"show", "HEAD:a/x"}) == "edited");
    CHECK(box.git({"show", "HEAD:b/y"}) == "2");
    CHECK(box.git({"show", "HEAD:c/z"}) == "3");
    box.remove("b");
    committed(box, "c2"); // negative control: a checkpoint or commit that covers a folder does delete it
    CHECK(run_git(box.root(), {"cat-file", "-e", "HEAD:b/y"}).exit != 0);
}

TEST_CASE("Coverage: a folder that became a repository is said to be missing, and is not taken for deleted.") {
    const Sandbox box;
    box.write("d/b.txt", "1");
    box.write("a.txt", "1");
    box.commit_all("start");
    captured(box, "before");
    run_git(box.root() / "d", {"init", "--quiet"});
    box.write("d/b.txt", "work");
    box.write("a.txt", "2");
    const auto made = captured(box, "1", "before");
    CHECK(made.gaps == Gaps{{GapKind::repository, "d/"}});
    CHECK(made.files == std::vector<std::string>{"a.txt"}); // d/b.txt is not reported as deleted
    committed(box, "c1");
    CHECK(box.git({"show", "HEAD:d/b.txt"}) == "1");
    std::filesystem::remove_all(box.root() / "d" / ".git");
    captured(box, "rescue", "1");
    restored(box, "1", "rescue");
    CHECK(box.read("d/b.txt") == "work");
    box.write("a.txt", "3");
    box.write("d/b.txt", "1");
    committed(box, "c2");
    committed(box, "c3", "1");
    CHECK(box.git({"show", "HEAD:a.txt"}) == "2");
    CHECK(box.git({"show", "HEAD:d/b.txt"}) == "1");
}

TEST_CASE("Coverage: large and special files and changed submodules are gaps; a revert keeps such files.") {
    const Sandbox inner;
    inner.write("in", "1");
    inner.commit_all("first");
    const Sandbox box;
    box.write("small", "1");
    box.write("large", std::string(3000, 'x'));
    REQUIRE(::mkfifo((box.root() / "pipe").c_str(), 0600) == 0);
    box.add_submodule(inner, "module");
    auto repository = box.opened();
    repository.file_bytes_max = 2000;
    auto made = git::capture(repository, capture_of("1"));
    REQUIRE(made);
    CHECK(made->gaps == Gaps{{GapKind::too_large, "large"}, {GapKind::special, "pipe"}});
    box.write("module/in", "changed");
    made = git::capture(repository, capture_of("2"));
    REQUIRE(made);
    CHECK(std::ranges::count(made->gaps, CheckpointGap{GapKind::submodule, "module/"}) == 1);
    captured(box, "whole"); // with the usual limit, it has the large file
    restored(box, "1", "whole");
    CHECK(box.has("large"));
    const auto read = git::find_gaps(box.opened(), ref_of("1"));
    REQUIRE(read);
    CHECK(read->size() == 2);
}

TEST_CASE("Coverage: a folder and a file that cannot be read do not stop the checkpoint of the rest.") {
    const Sandbox box;
    box.write("closed/file", "1");
    box.write("open/file", "1");
    box.write("secret", "1");
    box.commit_all("start");
    const auto repository = box.opened();
    box.give_away();
    std::filesystem::permissions(box.root() / "closed", std::filesystem::perms::none);
    std::filesystem::permissions(box.root() / "secret", std::filesystem::perms::none);
    const auto taken = as_nobody([&] {
        const auto made = git::capture(repository, capture_of("1"));
        return made && made->gaps == Gaps{{GapKind::unreadable, "closed/"}, {GapKind::unreadable, "secret"}} ? 0 : 1;
    });
    std::filesystem::permissions(box.root() / "closed", std::filesystem::perms::all);
    std::filesystem::permissions(box.root() / "secret", std::filesystem::perms::all);
    if (!taken) return;
    CHECK(*taken == 0);
    CHECK(run_git(box.root(), {"-c", "safe.directory=*", "ls-tree", "-r", "--name-only", ref_of("1")}).out ==
          "open/file\n");
}

TEST_CASE("Coverage: permissions of untracked private files are recorded and restored.") {
    const Sandbox box;
    box.write(".env", "KEY=1");
    box.write("plain", "1");
    REQUIRE(::chmod((box.root() / ".env").c_str(), 0600) == 0);
    captured(box, "1");
    box.remove(".env");
    box.remove("plain");
    captured(box, "2");
    restored(box, "1", "2");
    CHECK(mode_of(box, ".env") == 0600);
    CHECK(mode_of(box, "plain") != 0600); // negative control
    REQUIRE(::chmod((box.root() / ".env").c_str(), 0644) == 0);
    captured(box, "3");
    restored(box, "1", "3"); // the bytes are the same
    CHECK(mode_of(box, ".env") == 0600);
}

TEST_CASE("Coverage: a submodule whose folder or parent folder cannot be read is not taken for deleted.") {
    const Sandbox inner;
    inner.write("in", "1");
    inner.commit_all("first");
    const Sandbox box;
    box.write("file", "1");
    for (const std::string path : {"closed", "parent/module"}) box.add_submodule(inner, path);
    box.commit_all("start");
    const auto repository = box.opened();
    REQUIRE(git::capture(repository, capture_of("0")));
    box.write("file", "2");
    box.give_away();
    const auto submodules = [&] { return run_git(box.root(), {"ls-tree", "-r", "HEAD", "closed", "parent"}).out; };
    const std::string before = submodules();
    std::filesystem::permissions(box.root() / "closed", std::filesystem::perms::none);
    std::filesystem::permissions(box.root() / "parent", std::filesystem::perms::none);
    const auto made = as_nobody([&] {
        const auto taken = git::capture(repository, capture_of("1", "0"));
        const bool is_told =
            taken && taken->gaps == Gaps{{GapKind::unreadable, "closed/"}, {GapKind::unreadable, "parent/"}};
        if (!is_told || taken->files != std::vector<std::string>{"file"}) return 1;
        if (!git::restore(repository, {.ref = ref_of("1"), .rescue = ref_of("1")})) return 2;
        return git::commit(repository, commit_of("c1")) ? 0 : 3;
    });
    std::filesystem::permissions(box.root() / "closed", std::filesystem::perms::all);
    std::filesystem::permissions(box.root() / "parent", std::filesystem::perms::all);
    if (!made) return;
    CHECK(*made == 0);
    CHECK(run_git(box.root(), {"show", "HEAD:file"}).out == "2");
    CHECK(submodules() == before);
    REQUIRE(as_nobody([&] {
                std::filesystem::remove_all(box.root() / "closed"); // negative control: this one is deleted
                run_git(box.root(), {"rm", "--quiet", "--cached", "closed"});
                return git::commit(box.opened(), commit_of("c2")) ? 0 : 1;
            }) == 0);
    CHECK(submodules().find("closed") == std::string::npos);
    CHECK(submodules().find("parent/module") != std::string::npos);
}

TEST_CASE("Coverage: a folder that became a changed submodule is committed as the submodule alone.") {
    const Sandbox inner;
    inner.write("in", "1");
    inner.commit_all("first");
    const Sandbox box;
    box.write("module/in", "1");
    box.commit_all("start");
    captured(box, "0");
    box.git({"rm", "--quiet", "-r", "module"});
    box.add_submodule(inner, "module");
    box.write("module/in", "changed");
    const auto made = captured(box, "1", "0");
    CHECK(made.gaps == Gaps{{GapKind::submodule, "module/"}});
    committed(box, "c1");
    CHECK(box.git({"ls-tree", "-r", "--name-only", "HEAD"}) == ".gitmodules\nmodule\n");
    CHECK(box.is_healthy());
}
