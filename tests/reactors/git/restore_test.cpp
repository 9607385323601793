#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;

namespace {

FailureKind refused(const Sandbox& box, const std::string& id) {
    const auto done = git::restore(box.opened(), {.ref = ref_of(id), .rescue = {}});
    REQUIRE_FALSE(done.has_value());
    MESSAGE(done.error().what);
    return done.error().kind;
}

} // namespace

TEST_CASE("Restore: files, modes, links and folders are restored, and the user's repository does not change.") {
    const Sandbox box;
    box.write("a", "1\r\n");
    box.write("run", "x", true);
    box.write("sub/one", "1");
    box.write("folder/file", "1");
    box.link("link", "sub");
    box.commit_all("first");
    const Files before = box.files();
    captured(box, "1");
    const Files user = box.users();
    box.write("a", "2");
    box.write("run", "x");
    box.remove("sub");
    box.write("sub", "a file where a folder was");
    box.remove("folder/file");
    box.write("folder/file/deep/er", "a folder where a file was");
    box.remove("link");
    box.write("link/inside", "a folder where a link was");
    box.write("new/deep/file", "new");
    std::filesystem::create_directories(box.root() / "link" / "empty");
    const auto done = git::restore(box.opened(), {.ref = ref_of("1"), .rescue = {}});
    REQUIRE(done);
    CHECK(done->written == 5);
    CHECK(done->removed == 4);
    CHECK(box.files() == before);
    CHECK_FALSE(box.has("new"));
    CHECK(box.users() == user);
    CHECK(box.git({"status", "--porcelain"}).empty());
    const auto again = git::restore(box.opened(), {.ref = ref_of("1"), .rescue = {}});
    REQUIRE(again);
    CHECK(again->written + again->removed == 0);
}

TEST_CASE("Restore: a link that leads out of the tree is not followed.") {
    const Sandbox box;
    box.write("folder/file", "1");
    captured(box, "1");
    box.remove("folder");
    std::filesystem::create_directories(box.beside("outside"));
    std::ofstream(box.beside("outside") / "file") << "outside";
    std::ofstream(box.beside("outside") / "other") << "outside";
    box.link("folder", box.beside("outside").string());
    captured(box, "2");
    restored(box, "1");
    CHECK(box.read("folder/file") == "1");
    CHECK_FALSE(std::filesystem::is_symlink(box.root() / "folder"));
    restored(box, "2");
    CHECK(std::filesystem::is_symlink(box.root() / "folder"));
    std::ifstream file(box.beside("outside") / "file");
    std::string word;
    file >> word;
    CHECK(word == "outside");
    CHECK(std::filesystem::exists(box.beside("outside") / "other"));
}

TEST_CASE("Restore: ignored files are kept, also if the restore removes the rules and is repeated.") {
    const Sandbox box;
    box.write("a", "1");
    captured(box, "1");
    box.write(".gitignore", "secret\ncache/\n");
    box.write("secret", "mine");
    box.write("cache/x", "mine");
    box.write("plain", "new");
    captured(box, "rescue");
    for (int i = 0; i < 3; ++i) restored(box, "1", "rescue");
    CHECK(box.read("secret") == "mine");
    CHECK(box.read("cache/x") == "mine");
    CHECK_FALSE(box.has(".gitignore"));
    CHECK_FALSE(box.has("plain"));
    restored(box, "rescue"); // no .gitignore protects them before this restore
    CHECK(box.has(".gitignore"));
    CHECK(box.read("secret") == "mine");
    CHECK(box.read("cache/x") == "mine");
    // Negative control: without a rescue, a repetition is a separate restore, which uses the rules that it finds.
    restored(box, "1");
    CHECK(box.has("secret"));
    restored(box, "1");
    CHECK_FALSE(box.has("secret"));
}

TEST_CASE("Restore: a file in the way that no checkpoint has fails the restore before any change.") {
    const Sandbox box;
    box.write("config", "captured");
    box.write("place", "captured");
    box.write("other", "captured");
    captured(box, "1");
    box.write(".gitignore", "config\nplace/kept\n");
    box.write("config", "precious");
    box.write("other", "changed");
    const Files files = box.files();
    CHECK(refused(box, "1") == FailureKind::in_the_way);
    CHECK(box.files() == files);
    box.write("config", "captured"); // the same bytes are not in the way
    restored(box, "1", {});
    CHECK(box.read("other") == "captured");

    box.write(".gitignore", "place/kept\n");
    box.remove("place");
    box.write("place/kept", "precious");
    CHECK(refused(box, "1") == FailureKind::in_the_way);
    CHECK(box.read("place/kept") == "precious");
    box.remove("place");
    std::filesystem::create_directories(box.root() / "place");
    run_git(box.root() / "place", {"init", "--quiet"});
    CHECK(refused(box, "1") == FailureKind::in_the_way);
    CHECK(box.has("place/.git/HEAD"));
    box.remove("place");
    REQUIRE(::mkfifo((box.root() / "place").c_str(), 0600) == 0);
    CHECK(refused(box, "1") == FailureKind::in_the_way);
    box.remove("place");
    restored(box, "1");
}

TEST_CASE("Restore: submodules and other repositories keep all their files.") {
    const Sandbox inner;
    inner.write("in", "1\n");
    inner.commit_all("first");
    const Sandbox box;
    box.write("a", "1");
    captured(box, "before");
    box.add_submodule(inner, "module");
    box.write("module/mine", "1");
    box.write("nested/file", "1");
    run_git(box.root() / "nested", {"init", "--quiet"});
    box.write("a", "2");
    captured(box, "with");
    restored(box, "before");
    CHECK(box.read("a") == "1");
    CHECK(box.read("module/mine") == "1");
    CHECK(box.read("module/in") == "1\n");
    CHECK(box.read("nested/file") == "1");
    CHECK(box.has("module/.git"));
    CHECK(box.has("nested/.git/HEAD"));
    restored(box, "with");
    box.remove("module");
    box.write("module", "a file where a submodule was");
    restored(box, "with");
    CHECK(std::filesystem::is_directory(box.root() / "module"));
    box.remove("a");
    CHECK(box.files([](const std::string& path) { return path == "nested"; }).size() == 1); // .gitmodules
}

TEST_CASE("Restore: permissions other than the executable bit are kept, and leftovers of a kill are removed.") {
    const Sandbox box;
    box.write("secret", "1");
    box.write("run", "1");
    captured(box, "1");
    box.write("secret", "2");
    box.write("sub/.evenfold-restoring", "half");
    REQUIRE(::chmod((box.root() / "secret").c_str(), 0600) == 0);
    REQUIRE(::chmod((box.root() / "run").c_str(), 0750) == 0);
    restored(box, "1");
    struct stat status{};
    REQUIRE(::stat((box.root() / "secret").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    REQUIRE(::stat((box.root() / "run").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0640);
    CHECK_FALSE(box.has("sub"));
}

TEST_CASE("Restore: a file that cannot be written is named, and a retry restores the rest.") {
    const Sandbox box;
    box.write("fixed/file", "1");
    box.write("free", "1");
    captured(box, "1");
    box.write("fixed/file", "2");
    box.write("free", "2");
    const auto repository = box.opened();
    box.give_away();
    std::filesystem::permissions(box.root() / "fixed", std::filesystem::perms(0555));
    const auto attempt = [&] {
        return as_nobody([&] {
            const auto done = git::restore(repository, {.ref = ref_of("1"), .rescue = {}});
            if (done) return 50;
            const bool named = done.error().what.find("fixed/file") != std::string::npos;
            return named ? static_cast<int>(done.error().kind) : 51;
        });
    };
    const auto first = attempt();
    if (!first) return;
    CHECK(*first == static_cast<int>(FailureKind::read_only));
    std::filesystem::permissions(box.root() / "fixed", std::filesystem::perms::all);
    CHECK(*attempt() == 50);
    CHECK(box.read("fixed/file") == "1");
    CHECK(box.read("free") == "1");
}

TEST_CASE("Restore: a missing or incomplete checkpoint is refused before any change.") {
    const Sandbox box;
    box.write("a", "1");
    captured(box, "1");
    box.write("a", "2");
    CHECK(refused(box, "never") == FailureKind::not_found);
    const std::string blob = box.git({"rev-parse", ref_of("1") + ":a"}).substr(0, 40);
    const auto objects = box.root() / ".git" / "objects";
    std::filesystem::rename(objects / "pack", box.beside("pack"));
    std::filesystem::create_directories(objects / "pack");
    for (const auto& file : std::filesystem::directory_iterator(box.beside("pack"))) {
        if (file.path().extension() != ".pack") continue;
        std::ifstream pack(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(pack), std::istreambuf_iterator<char>()};
        REQUIRE(run_git(box.root(), {"unpack-objects", "-q"}, bytes).exit == 0);
    }
    box.write("b", "also");
    const auto loose = objects / blob.substr(0, 2) / blob.substr(2);
    std::filesystem::rename(loose, box.beside("blob"));
    CHECK(refused(box, "1") == FailureKind::damaged);
    CHECK(box.has("b"));
    std::filesystem::rename(box.beside("blob"), loose);
    restored(box, "1"); // negative control
    CHECK_FALSE(box.has("b"));
    box.write("a", "2");
    std::filesystem::remove_all(objects);
    std::filesystem::create_directories(objects);
    CHECK(refused(box, "1") == FailureKind::damaged);
    CHECK(box.read("a") == "2");
}

TEST_CASE("Restore: an untracked journal is neither captured nor changed, and a tracked one is a plain file.") {
    const Sandbox box;
    const auto journal = [](const std::string& application, const std::string& data) {
        std::string bytes = "SQLite format 3" + std::string(4096 - 15, '\0');
        return bytes.replace(68, 4, application).replace(200, data.size(), data);
    };
    box.write("a.db", journal("Evnf", "tracked"));
    box.git({"add", "a.db"});
    captured(box, "before");
    box.write("sub/b.db", journal("Evnf", "other's"));
    box.write("sub/b.db-wal", "log");
    box.write("sub/b.db-worktrees/x", "work");
    box.write("sub/b.db.txt", "no part of it");
    box.write("c.db", journal("Else", ""));
    box.write("fresh.db", journal(std::string(4, '\0'), ""));
    box.write("fresh.db-wal", std::string(56, 'w') + journal("Evnf", ""));
    captured(box, "1");
    captured(box, "2"); // uses the cache of the first capture
    for (const std::string id : {"1", "2"})
        CHECK(box.git({"ls-tree", "-r", "--name-only", ref_of(id)}) == "a.db\nc.db\nsub/b.db.txt\n");
    restored(box, "before", "2");
    CHECK(box.read("sub/b.db-wal") == "log");
    CHECK_FALSE(box.has("c.db"));

    box.git({"rm", "--quiet", "--cached", "a.db"}); // its bytes are in the cache
    captured(box, "untracked");
    CHECK(box.git({"ls-tree", "-r", "--name-only", ref_of("untracked")}).empty());
    box.git({"add", "a.db"});

    // A checkpoint by git or by an older evenfold may contain the journal; a restore does not write it.
    box.write("a.db", journal("Evnf", "changed"));
    captured(box, "3", "2");
    box.git({"rm", "--quiet", "--cached", "-f", "a.db"});
    box.write("a.db", journal("Evnf", "now untracked"));
    restored(box, "3");
    CHECK(box.read("a.db").find("now untracked") != std::string::npos);
}

TEST_CASE("Restore: a journal named through links is neither captured nor changed, nor are the links.") {
    const Sandbox box;
    box.write("a", "1");
    captured(box, "1"); // before the journal and its links exist
    box.write("data/journal.db", "old");
    box.write("data/journal.db-wal", "old");
    box.link("data/second", "journal.db");
    box.link("first", (box.root() / "data" / "second").string());
    std::filesystem::create_symlink(box.root() / "first", box.beside("outside"));
    box.write("data/other", "1");
    const auto repository = git::open(box.root(), box.beside("outside"));
    REQUIRE(repository);
    REQUIRE(git::capture(*repository, capture_of("2")));
    CHECK(box.git({"ls-tree", "-r", "--name-only", ref_of("2")}) == "a\ndata/other\n");
    captured(box, "everything"); // negative control: opened without the journal's path
    CHECK(box.git({"ls-tree", "-r", "--name-only", ref_of("everything")}).find("journal.db") != std::string::npos);
    box.write("data/journal.db", "new");
    REQUIRE(git::restore(*repository, {.ref = ref_of("1"), .rescue = ref_of("everything")}));
    REQUIRE(git::restore(*repository, {.ref = ref_of("everything"), .rescue = {}}));
    CHECK(box.read("first") == "new");
    CHECK(box.read("data/journal.db-wal") == "old");
}
