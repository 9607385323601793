#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stop_token>
#include <sys/stat.h>
#include <sys/time.h>

#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;

namespace {

/// Returns the paths of the checkpoint with their modes, as git lists them.
std::string listed(const Sandbox& box, const std::string& id) {
    return box.git({"ls-tree", "-r", "--format=%(objectmode) %(path)", ref_of(id)});
}

std::string shown(const Sandbox& box, const std::string& id, const std::string& path) {
    return box.git({"cat-file", "blob", ref_of(id) + ":" + path});
}

FailureKind refused_capture(const Sandbox& box, const std::string& id) {
    const auto made = git::capture(box.opened(), capture_of(id));
    REQUIRE_FALSE(made.has_value());
    MESSAGE(made.error().what);
    CHECK_FALSE(made.error().remedy.empty());
    return made.error().kind;
}

} // namespace

TEST_CASE("Capture: a checkpoint has all files that are not ignored, and the user's repository does not change.") {
    const Sandbox box;
    box.write("tracked", "one\n");
    box.write("sub/deep/changed", "old\n");
    box.write(".gitignore", "*.log\nbuild/\n");
    box.write("kept.log", "tracked though ignored\n");
    box.git({"add", "--force", "kept.log"});
    box.commit_all("first");
    box.git({"stash", "list"});
    box.write("sub/deep/changed", "new\n");
    box.write("untracked", "");
    box.write("run", "#!/bin/sh\n", true);
    box.write("noise.log", "noise\n");
    box.write("build/out", "noise\n");
    box.link("dangling", "nowhere");
    box.link("folder", "sub");
    std::filesystem::create_directories(box.root() / "empty");
    box.write("staged", "staged\n");
    box.git({"add", "staged"});
    const Files user = box.users();
    const auto made = captured(box, "1");
    CHECK(box.users() == user);
    CHECK(made.commit == box.git({"rev-parse", ref_of("1")}).substr(0, 40));
    CHECK(made.files.empty());
    CHECK(made.files_count == 9);
    CHECK(listed(box, "1") == "100644 .gitignore\n120000 dangling\n120000 folder\n100644 kept.log\n100755 run\n"
                              "100644 staged\n100644 sub/deep/changed\n100644 tracked\n100644 untracked\n");
    CHECK(shown(box, "1", "sub/deep/changed") == "new\n");
    CHECK(shown(box, "1", "dangling") == "nowhere");
    CHECK(box.git({"rev-list", "--count", ref_of("1")}) == "1\n");
    CHECK(box.git({"log", "-1", "--format=%an %ae %at %B", ref_of("1")}) ==
          "Evenfold evenfold@example.org 1700000000 checkpoint 1\n\n");
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: the files changed since the previous checkpoint are listed, quoted as git quotes them.") {
    const Sandbox box;
    box.write("same", "same");
    box.write("gone", "gone");
    box.write("caf\xc3\xa9", "1");
    captured(box, "1");
    box.remove("gone");
    box.write("caf\xc3\xa9", "2");
    box.write("\xff"
              "bytes",
              "3");
    box.write("line\nfeed", "4");
    const auto made = captured(box, "2", "1");
    CHECK(made.files == std::vector<std::string>{"caf\xc3\xa9", "gone", "\"line\\nfeed\"", "\"\\377bytes\""});
    CHECK(made.files_count == 4);
    CHECK(captured(box, "3", "never").files_count == 4);
    for (int i = 0; i < 1100; ++i) box.write("many/" + std::to_string(i), "x");
    const auto many = captured(box, "4", "2");
    CHECK(many.files.size() == git::files_listed_max);
    CHECK(many.files_count == 1100);
}

TEST_CASE("Capture: an existing ref is returned unchanged.") {
    const Sandbox box;
    box.write("a", "1");
    const auto first = captured(box, "1");
    box.write("a", "2");
    const auto again = captured(box, "1");
    CHECK(again.commit == first.commit);
    CHECK(shown(box, "1", "a") == "1");
    box.git({"pack-refs", "--all"});
    CHECK(captured(box, "1").commit == first.commit);
}

TEST_CASE("Capture: a ref that a power loss left empty is written again.") {
    const Sandbox box;
    box.write("a", "1");
    captured(box, "1");
    std::filesystem::resize_file(box.root() / ".git" / ref_of("1"), 0);
    CHECK(run_git(box.root(), {"rev-parse", "--verify", ref_of("1")}).exit != 0); // negative control
    captured(box, "1");
    CHECK(shown(box, "1", "a") == "1");
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: it works with an unborn or detached HEAD, and with an index in conflict.") {
    const Sandbox box;
    box.write("a", "1\n");
    captured(box, "unborn");
    box.commit_all("first");
    box.git({"checkout", "--quiet", "-b", "other"});
    box.write("a", "2\n");
    box.commit_all("other");
    box.git({"checkout", "--quiet", "--detach", "main"});
    captured(box, "detached");
    box.write("a", "3\n");
    box.commit_all("third");
    CHECK(run_git(box.root(), {"merge", "other"}).exit != 0);
    const Files user = box.users();
    captured(box, "conflict");
    CHECK(shown(box, "conflict", "a").find("<<<<<<<") != std::string::npos);
    CHECK(box.users() == user);
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: submodules are stored at their checked-out commits, and other repositories are excluded.") {
    const Sandbox inner;
    inner.write("in", "1\n");
    inner.commit_all("first");
    const Sandbox box;
    box.add_submodule(inner, "module");
    box.commit_all("with module");
    const auto module = box.root() / "module";
    run_git(module, {"commit", "--quiet", "--allow-empty", "-m", "further"});
    std::filesystem::create_directories(box.root() / "nested");
    run_git(box.root() / "nested", {"init", "--quiet"});
    box.write("nested/file", "1\n");
    captured(box, "1");
    CHECK(listed(box, "1") == "100644 .gitmodules\n160000 module\n");
    CHECK(box.git({"rev-parse", ref_of("1") + ":module"}) == run_git(module, {"rev-parse", "HEAD"}).out);
    box.git({"submodule", "--quiet", "deinit", "--force", "module"});
    captured(box, "2");
    CHECK(listed(box, "2") == "100644 .gitmodules\n160000 module\n");
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: raw bytes are stored, regardless of filters, core.fileMode and sparse checkouts.") {
    const Sandbox box;
    box.git({"config", "core.autocrlf", "true"});
    box.git({"config", "core.fileMode", "false"});
    box.write(".gitattributes", "*.txt text eol=crlf\n*.id ident\n");
    box.write("a.txt", "one\r\ntwo\n");
    box.write("b.id", "$Id$\n");
    box.write("out/side", "1\n");
    box.write("run", "x\n", true);
    captured(box, "1");
    CHECK(shown(box, "1", "a.txt") == "one\r\ntwo\n");
    CHECK(listed(box, "1").find("100755 run\n") != std::string::npos);
    box.git({"config", "core.autocrlf", "false"});
    box.commit_all("first");
    box.git({"sparse-checkout", "set", "--no-cone", "/*", "!/out/"});
    CHECK_FALSE(box.has("out/side"));
    captured(box, "2");
    CHECK(listed(box, "2").find("out/side") == std::string::npos);
    CHECK(listed(box, "2").find("a.txt") != std::string::npos);
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: a change that keeps size and times is detected.") {
    const Sandbox box;
    box.write("old", "aaaa");
    timeval past[2] = {{.tv_sec = 1'600'000'000, .tv_usec = 0}, {.tv_sec = 1'600'000'000, .tv_usec = 0}};
    REQUIRE(::utimes((box.root() / "old").c_str(), past) == 0);
    for (int i = 0; i < 50; ++i) {
        const std::string bytes = i % 2 == 0 ? "aaaa" : "bbbb";
        box.write("racy", bytes);
        box.write("old", bytes);
        REQUIRE(::utimes((box.root() / "old").c_str(), past) == 0);
        const std::string id = std::to_string(i);
        captured(box, id);
        REQUIRE(shown(box, id, "racy") == bytes);
        REQUIRE(shown(box, id, "old") == bytes);
    }
}

TEST_CASE("Capture: a damaged, truncated or stale cache never causes a wrong tree.") {
    const Sandbox box;
    for (int i = 0; i < 20; ++i) box.write("f" + std::to_string(i), "file " + std::to_string(i));
    captured(box, "0");
    std::filesystem::path cache;
    for (const auto& file : std::filesystem::directory_iterator(box.root() / ".git" / "evenfold"))
        if (file.path().filename().string().starts_with("index-")) cache = file.path();
    REQUIRE(std::filesystem::exists(cache));
    const std::string tree = box.git({"rev-parse", ref_of("0") + "^{tree}"});
    const auto size = std::filesystem::file_size(cache);
    for (std::uintmax_t at = 0; at < size; at += 1 + size / 40) {
        std::fstream file(cache, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file.put('\x5a');
        file.close();
        const std::string id = "d" + std::to_string(at);
        captured(box, id);
        REQUIRE(box.git({"rev-parse", ref_of(id) + "^{tree}"}) == tree);
    }
    std::filesystem::resize_file(cache, 30);
    captured(box, "cut");
    CHECK(box.git({"rev-parse", ref_of("cut") + "^{tree}"}) == tree);
    // Stale cache: the objects that it names are removed along with the refs that kept them.
    for (const auto& ref : {std::string("cut"), std::string("0")}) REQUIRE(git::remove_ref(box.opened(), ref_of(ref)));
    for (std::uintmax_t at = 0; at < size; at += 1 + size / 40)
        REQUIRE(git::remove_ref(box.opened(), ref_of("d" + std::to_string(at))));
    box.git({"gc", "--quiet", "--prune=now"});
    captured(box, "stale");
    CHECK(box.git({"rev-parse", ref_of("stale") + "^{tree}"}) == tree);
    CHECK(box.is_healthy());
}

TEST_CASE("Capture: large files and deep folders are stored, and names that git reserves are excluded.") {
    const Sandbox box;
    std::string large(20U << 20U, 'x');
    for (std::size_t i = 0; i < large.size(); i += 4096) large[i] = static_cast<char>(i / 4096);
    box.write("large", large);
    std::string deep;
    for (int i = 0; i < 200; ++i) deep += "d/";
    box.write(deep + "file", "deep");
    box.write(".GIT/x", "reserved");
    box.write("sub/git~1", "reserved");
    REQUIRE(::mkfifo((box.root() / "pipe").c_str(), 0600) == 0);
    const Files files = box.files();
    captured(box, "1");
    CHECK(shown(box, "1", "large") == large);
    CHECK(listed(box, "1") == "100644 " + deep + "file\n100644 large\n");
    CHECK(box.is_healthy());
    box.write("large", "small");
    restored(box, "1");
    CHECK(box.files() == files);
}

TEST_CASE("Capture: a path that cannot be read or written fails the capture, and the failure names it.") {
    const Sandbox box;
    box.write("secret", "1");
    box.write("shut/file", "1");
    captured(box, "0");
    box.write("secret", "2");
    box.write("shut/file", "2");
    const auto repository = box.opened();
    const auto attempt = [&](const std::string& id) {
        return as_nobody([&] {
            const auto made = git::capture(repository, capture_of(id));
            const bool named = !made && made.error().what.find(id) != std::string::npos;
            return made ? 50 : named ? static_cast<int>(made.error().kind) : 51;
        });
    };
    box.give_away();
    using std::filesystem::perms;
    std::filesystem::permissions(box.root() / ".git" / "evenfold", perms(0555));
    for (const auto& file : std::filesystem::directory_iterator(box.root() / ".git" / "evenfold"))
        std::filesystem::remove(file.path());
    const auto locking = attempt("lock-");
    if (!locking) return;
    CHECK(*locking == static_cast<int>(FailureKind::read_only));
    std::filesystem::permissions(box.root() / ".git" / "evenfold", perms::all);
    std::filesystem::permissions(box.root() / ".git" / "objects" / "pack", perms(0555));
    CHECK(attempt("pack") == static_cast<int>(FailureKind::read_only));
    std::filesystem::permissions(box.root() / ".git" / "objects" / "pack", perms::all);
    CHECK(attempt("control") == 50); // coverage_test.cpp: what cannot be read is a gap
}

TEST_CASE("Capture: only refs below refs/evenfold/ are written or removed.") {
    const Sandbox box;
    box.write("a", "1");
    box.commit_all("first");
    auto wanted = capture_of("1");
    for (const std::string ref : {"refs/heads/main", "HEAD", "refs/evenfold/../heads/main", "refs/evenfold/a b", ""}) {
        CAPTURE(ref);
        wanted.ref = ref;
        CHECK(git::capture(box.opened(), wanted).error().kind == FailureKind::invalid);
        CHECK(git::remove_ref(box.opened(), ref).error().kind == FailureKind::invalid);
    }
    std::filesystem::remove(box.root() / ".git" / "index");
    std::ofstream(box.root() / ".git" / "index") << "no index";
    CHECK(refused_capture(box, "damaged") == FailureKind::damaged);
}

TEST_CASE("Capture: a requested stop ends it at the next file, and leaves nothing behind.") {
    const Sandbox box;
    box.write("a", "1");
    std::stop_source stop;
    const auto repository = git::open(box.root(), {}, stop.get_token());
    REQUIRE(repository);
    REQUIRE(git::capture(*repository, capture_of("1")));
    const auto packs = [&] { return box.git({"count-objects", "-v"}); };
    const std::string before = packs();
    box.write("a", "2");
    stop.request_stop();
    const auto stopped = git::capture(*repository, capture_of("2"));
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == FailureKind::stopped);
    CHECK(run_git(box.root(), {"rev-parse", "--verify", ref_of("2")}).exit != 0);
    CHECK(packs() == before);
    captured(box, "2");
}

TEST_CASE("Remove: a ref no longer exists afterwards, whether it was loose, packed, damaged or missing.") {
    const Sandbox box;
    box.write("a", "1");
    box.commit_all("first");
    for (const std::string id : {"loose", "packed", "damaged", "stays"}) captured(box, id);
    REQUIRE(git::remove_ref(box.opened(), ref_of("loose")));
    box.git({"pack-refs", "--all"});
    std::ofstream(box.root() / ".git" / (ref_of("damaged") + ".lock")) << "left by a kill";
    std::filesystem::create_directories((box.root() / ".git" / ref_of("damaged")).parent_path());
    std::ofstream(box.root() / ".git" / ref_of("damaged")) << "";
    for (const std::string id : {"loose", "packed", "damaged", "never"}) {
        CAPTURE(id);
        CHECK(git::remove_ref(box.opened(), ref_of(id)));
    }
    CHECK(box.git({"for-each-ref", "--format=%(refname)"}) == ref_of("stays") + "\nrefs/heads/main\n");
    CHECK(box.is_healthy());
}

TEST_CASE("Open: a folder outside of any work tree is refused with its own kind of failure.") {
    const Sandbox none(false);
    CHECK(git::open(none.root()).error().kind == FailureKind::not_a_repository);
    CHECK(git::open(none.root() / "missing").error().kind == FailureKind::not_found);
    const Sandbox bare(false);
    bare.git({"init", "--quiet", "--bare"});
    CHECK(git::open(bare.root()).error().kind == FailureKind::bare);
    const Sandbox box;
    box.write(".gitignore", "/private/\n");
    box.write("part/file", "1");
    box.write("private/file", "1");
    CHECK(git::open(box.root() / ".git").error().kind == FailureKind::not_a_repository);
    CHECK(git::open(box.root() / "private").error().kind == FailureKind::not_a_repository);
    CHECK(git::open(box.root() / "part" / "file").error().kind == FailureKind::not_found);
    CHECK(git::open(box.root() / "part")->prefix == "part/");
    box.git({"config", "core.repositoryformatversion", "1"});
    box.git({"config", "extensions.refStorage", "reftable"});
    const auto failure = git::open(box.root()).error();
    CHECK(failure.kind == FailureKind::unsupported);
    CHECK_FALSE(failure.remedy.empty());
}

TEST_CASE("Capture: a project in a part of a work tree is captured and restored without the rest.") {
    const Sandbox box;
    box.write(".gitignore", "*.log\n");
    box.write("part/.gitignore", "!keep.log\n");
    box.write("part/a", "1");
    box.write("part/keep.log", "1");
    box.write("part/drop.log", "1");
    box.write("beside", "1");
    const auto part = git::open(box.root() / "part");
    REQUIRE(part);
    REQUIRE(git::capture(*part, capture_of("1")));
    CHECK(listed(box, "1") == "100644 .gitignore\n100644 a\n100644 keep.log\n");
    box.commit_all("first");
    box.git({"worktree", "add", "--quiet", box.beside("other").string()});
    const auto other = git::open(box.beside("other"));
    REQUIRE(other);
    REQUIRE(git::capture(*other, capture_of("2", "1")));
    CHECK(listed(box, "2").find("part/a") != std::string::npos);
    CHECK(box.is_healthy());
}
