#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;

namespace {

/// Settings of one scope, as the environment names them to git.
struct Setting {
    std::string variable;
    std::string value;
};

/// Returns the kind of the failure to open `folder` as another user than its owner; nothing if it opens.
std::optional<int> opened_by_nobody(const std::filesystem::path& folder, const std::vector<Setting>& settings) {
    return as_nobody([&] {
        for (const Setting& one : settings) ::setenv(one.variable.c_str(), one.value.c_str(), 1);
        const auto opened = git::open(folder);
        return opened ? 0 : static_cast<int>(opened.error().kind);
    });
}

/// Fails a check unless each operation is refused as unsupported, with `reason` and `remedy`.
void check_unsupported(const Sandbox& box, const std::string& reason, const std::string& remedy) {
    const auto check = [&](const auto& result) {
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == FailureKind::unsupported);
        CHECK_MESSAGE(result.error().what.find(reason) != std::string::npos, result.error().what);
        CHECK_MESSAGE(result.error().remedy.find(remedy) != std::string::npos, result.error().remedy);
    };
    const auto repository = git::open(box.root());
    if (!repository) {
        check(repository);
        return;
    }
    check(git::capture(*repository, capture_of("new")));
    check(git::commit(*repository, commit_of("c1")));
    if (run_git(box.root(), {"rev-parse", "--verify", "--quiet", ref_of("old")}).exit != 0) return;
    check(git::restore(*repository, {.ref = ref_of("old"), .rescue = {}}));
    check(git::preview_restore(*repository, ref_of("old")));
    check(git::find_changes(*repository, {.from = ref_of("old"), .to = {}, .with_text = false}));
}

/// Fails a check unless checkpoints, restores and commits work.
void check_supported(const Sandbox& box, const std::string& file) {
    const std::string before = box.read(file);
    captured(box, "before");
    box.write(file, "changed");
    captured(box, "after", "before");
    restored(box, "before", "after");
    CHECK(box.read(file) == before);
    restored(box, "after", "before");
    committed(box, "c2");
    CHECK(box.git({"show", "HEAD:" + file}) == "changed");
    CHECK(box.is_healthy());
}

} // namespace

TEST_CASE("Features: a split or sparse index is refused with a remedy that works.") {
    for (const bool is_split : {true, false}) {
        CAPTURE(is_split);
        const Sandbox box;
        box.write("a/x", "1");
        box.write("b/y", "1");
        box.commit_all("start");
        captured(box, "old");
        box.write("a/x", "2");
        if (is_split) {
            box.git({"config", "core.splitIndex", "true"});
            box.git({"update-index", "--split-index"});
        } else {
            box.git({"sparse-checkout", "set", "--cone", "--sparse-index", "a"});
        }
        const Files files = box.files();
        check_unsupported(box, "unsupported mandatory extension", is_split ? "--no-split-index" : "--no-sparse-index");
        CHECK(box.files() == files);
        if (is_split) {
            box.git({"config", "core.splitIndex", "false"});
            box.git({"update-index", "--no-split-index"});
        } else {
            box.git({"sparse-checkout", "reapply", "--no-sparse-index"});
        }
        check_supported(box, "a/x");
    }
}

TEST_CASE("Features: a repository with SHA-256 is refused, and its conversion to SHA-1 is not.") {
    const Sandbox box(false);
    box.git({"init", "--quiet", "--object-format=sha256"});
    box.write("a", "1");
    box.commit_all("start");
    check_unsupported(box, "extensions.objectformat", "git fast-export");
    const std::string history = box.git({"fast-export", "--all"});
    const Sandbox converted;
    REQUIRE(run_git(converted.root(), {"fast-import", "--quiet"}, history).exit == 0);
    converted.git({"reset", "--quiet", "--hard"});
    check_supported(converted, "a");
}

TEST_CASE("Features: a repository with a reftable is refused with the command that converts it.") {
    const Sandbox made(false);
    if (run_git(made.root(), {"init", "--quiet", "--ref-format=reftable"}).exit == 0) {
        made.write("a", "1");
        made.commit_all("start");
        check_unsupported(made, "extensions.refstorage", "git refs migrate");
        return;
    }
    const Sandbox box; // git before 2.45 makes none, but the setting alone must be refused
    box.git({"config", "core.repositoryFormatVersion", "1"});
    box.git({"config", "extensions.refStorage", "reftable"});
    check_unsupported(box, "extensions.refstorage", "git refs migrate");
}

TEST_CASE("Features: a repository of another user opens only if a trusted scope of safe.directory names it.") {
    const Sandbox box;
    box.write("a", "1");
    box.write("part/b", "1");
    box.commit_all("start");
    std::filesystem::permissions(box.root().parent_path(), std::filesystem::perms::all);
    const auto root = std::filesystem::canonical(box.root());
    const auto settings = [&](const std::string& name, const std::vector<std::string>& values) {
        std::ofstream file(box.beside(name));
        file << "[safe]\n";
        for (const std::string& value : values) file << "\tdirectory = " << value << "\n";
        return box.beside(name).string();
    };
    const auto none = settings("none", {});
    const auto with = [&](const std::vector<std::string>& values) {
        return opened_by_nobody(root / "part", {{"GIT_CONFIG_GLOBAL", settings("global", values)}});
    };
    const int refused = static_cast<int>(FailureKind::foreign_owner);
    const auto untrusted = with({});
    if (!untrusted || ::geteuid() != 0) return; // without root, all files belong to the user
    CHECK(*untrusted == refused);
    CHECK(with({"*"}) == 0);
    CHECK(with({root.string()}) == 0);
    CHECK(with({root.parent_path().string() + "/*"}) == 0);
    CHECK(with({"/*"}) == 0);
    CHECK(with({"", "*"}) == 0);
    CHECK(with({"*", ""}) == refused); // an empty value discards those before it
    CHECK(with({root.string() + "/*"}) == refused);
    CHECK(with({root.parent_path().string()}) == refused);
    CHECK(with({root.string() + "x"}) == refused);
    CHECK(with({"part"}) == refused);

    // The other scopes. The system's come first, so that the user can discard them.
    const auto all = settings("all", {"*"});
    CHECK(opened_by_nobody(root, {{"GIT_CONFIG_GLOBAL", none}, {"GIT_CONFIG_SYSTEM", all}}) == 0);
    const auto discarded = settings("discarded", {""});
    CHECK(opened_by_nobody(root, {{"GIT_CONFIG_GLOBAL", discarded}, {"GIT_CONFIG_SYSTEM", all}}) == refused);
    const std::vector<Setting> command{{"GIT_CONFIG_GLOBAL", none},
                                       {"GIT_CONFIG_COUNT", "2"},
                                       {"GIT_CONFIG_KEY_0", "user.name"},
                                       {"GIT_CONFIG_VALUE_0", "*"},
                                       {"GIT_CONFIG_KEY_1", "safe.directory"},
                                       {"GIT_CONFIG_VALUE_1", "*"}};
    CHECK(opened_by_nobody(root, command) == 0);
    CHECK(opened_by_nobody(root, {{"GIT_CONFIG_GLOBAL", none}, {"HOME", box.beside("home").string()}}) == refused);
    box.git({"config", "--local", "--add", "safe.directory", "*"}); // the owner wrote it
    CHECK(opened_by_nobody(root, {{"GIT_CONFIG_GLOBAL", none}}) == refused);
}

TEST_CASE("Features: checkpoints, restores and commits work in a trusted repository of another user.") {
    const Sandbox box;
    box.write("a", "1");
    box.commit_all("start");
    box.give_away();
    if (::geteuid() != 0) return;
    check_supported(box, "a"); // HOME has `safe.directory = *`
    const Sandbox other;
    other.write("a", "1");
    other.give_away();
    // Negative control: libgit2 still checks the owners after those openings.
    ::setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    const auto refused = git::open(other.root());
    ::unsetenv("GIT_CONFIG_GLOBAL");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::foreign_owner);
    CHECK(refused.error().remedy.find("git config --global --add safe.directory " + other.root().string()) !=
          std::string::npos);
}
