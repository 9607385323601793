#include "evenfold/reactors/anchors/git_anchor.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "evenfold/reactors/anchors/open_anchor.hpp"
#include "evenfold/reactors/git/blob_history.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/anchors/anchored_journal.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::tests::anchors {
namespace {

using git_test::run_git;
using git_test::Sandbox;
using HeadSizes = std::vector<std::uint64_t>;

const std::string test_ref = "refs/evenfold/heads/journal%2ftest";

std::unique_ptr<Anchor> git_anchor(const std::filesystem::path& folder) {
    auto anchor = open_git_anchor(folder, "journal/test");
    REQUIRE_MESSAGE(anchor, anchor.error().what);
    return *std::move(anchor);
}

/// Returns the path of a new bare repository in the sandbox's scratch folder.
std::filesystem::path bare_repository(const Sandbox& box) {
    const auto path = box.beside("backup.git");
    std::filesystem::create_directory(path);
    REQUIRE(run_git(path, {"init", "--quiet", "--bare"}).exit == 0);
    return path;
}

std::string git_output(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
    const auto result = run_git(folder, arguments);
    REQUIRE_MESSAGE(result.exit == 0, result.out);
    return result.out;
}

} // namespace

TEST_CASE("Git anchor: heads become commits that git reads, in bare and other repositories.") {
    const Sandbox box;
    const AnchoredJournal journal;
    for (const auto& folder : {box.root(), bare_repository(box)}) {
        const auto anchor = git_anchor(folder);
        CHECK(anchor->name() == "git:" + folder.string());
        CHECK_FALSE(anchor->newest().value());
        CHECK(anchor->heads().value().empty());
        const auto first = anchor->publish(journal.publication(3));
        REQUIRE_MESSAGE(first, first.error().what);
        CHECK(first->response == "commit " + git_output(folder, {"rev-parse", test_ref}).substr(0, 40));
        REQUIRE(anchor->publish(journal.publication(10)));
        REQUIRE(anchor->publish(journal.publication(11)));
        CHECK(sizes_of(*anchor, journal) == HeadSizes{3, 10, 11});
        CHECK(anchor->newest().value()->note == journal.head(11));
        CHECK(anchor->newest().value()->at == Instant{.unix_ms = 1'790'000'011'000});
        CHECK(git_output(folder, {"log", "--format=%s %an %ct", test_ref}) ==
              "Anchor the head of journal/test at 11 events evenfold 1790000011\n"
              "Anchor the head of journal/test at 10 events evenfold 1790000010\n"
              "Anchor the head of journal/test at 3 events evenfold 1790000003\n");
        CHECK(git_output(folder, {"show", test_ref + ":head"}) == journal.head(11));
        CHECK(git_output(folder, {"show", test_ref + "~2:head"}) == journal.head(3));
        CHECK(git_output(folder, {"ls-tree", "--name-only", test_ref}) == "head\n");
        CHECK(git_output(folder, {"fsck", "--strict", "--full"}).find("error") == std::string::npos);
        CHECK(outcome(folder, anchor->publish(journal.publication(11))).ends_with(" has this head already"));
        CHECK(sizes_of(*anchor, journal).size() == 3);
    }
}

TEST_CASE("Git anchor: work tree, index, HEAD and other refs stay as they are.") {
    const Sandbox box;
    box.write("a", "one");
    box.commit_all("first");
    box.write("a", "two");
    box.git({"add", "a"});
    box.write("a", "three");
    const auto files = box.files();
    const auto state = [&] {
        return box.git({"status", "--porcelain"}) + box.git({"rev-parse", "HEAD"}) + box.git({"diff", "--cached"}) +
               box.git({"for-each-ref", "refs/heads", "refs/tags"});
    };
    const std::string before = state();
    const AnchoredJournal journal;
    REQUIRE(git_anchor(box.root())->publish(journal.publication(3)));
    REQUIRE(git_anchor(box.root())->publish(journal.publication(7)));
    CHECK(state() == before);
    CHECK(box.files() == files);
    CHECK(box.is_healthy());
    box.git({"gc", "--quiet", "--prune=now"}); // packs the ref and its objects
    REQUIRE(git_anchor(box.root())->publish(journal.publication(9)));
    CHECK(sizes_of(*git_anchor(box.root()), journal) == HeadSizes{3, 7, 9});
    CHECK(box.is_healthy());
}

TEST_CASE("Git anchor: a smaller head, a fork and a head of another journal are refused, and no ref moves.") {
    const Sandbox box;
    const AnchoredJournal journal;
    const AnchoredJournal fork(2);
    const auto anchor = git_anchor(box.root());
    REQUIRE(anchor->publish(journal.publication(10)));
    const std::string before = box.git({"for-each-ref"});
    for (const HeadPublication& wrong : {journal.publication(9), fork.publication(20), fork.publication(10)}) {
        const auto refused = anchor->publish(wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == FailureKind::inconsistent);
        CHECK(refused.error().what.starts_with("git:" + box.root().string() + ": "));
    }
    const AnchoredJournal other(1, "journal/other");
    CHECK(outcome(box.root(), anchor->publish(other.publication(20))) ==
          "git:DIR: was opened for the journal 'journal/test', and not for 'journal/other'");
    CHECK(box.git({"for-each-ref"}) == before);
    REQUIRE(open_git_anchor(box.root(), "journal/other").value()->publish(other.publication(20)));
    CHECK(sizes_of(*anchor, journal) == HeadSizes{10}); // each journal has a ref of its own
}

TEST_CASE("Git anchor: a folder that is no repository, and a commit without a head, are refused.") {
    const Sandbox none(false);
    const AnchoredJournal journal;
    const auto refused = open_git_anchor(none.root(), "journal/test");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::not_a_repository);
    CHECK(refused.error().what == none.root().string() + ": not a git repository");
    const Sandbox box;
    CHECK(open_git_anchor(box.root() / ".git", "journal/test"));
    box.write("folder/a", "one");
    CHECK_FALSE(open_git_anchor(box.root() / "folder", "journal/test")); // no search in folders above
    box.commit_all("first");
    box.git({"update-ref", test_ref, "HEAD"});
    const auto foreign = git_anchor(box.root())->publish(journal.publication(3));
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().kind == FailureKind::damaged);
    CHECK(foreign.error().what.ends_with(":head: the commit has no such file"));
}

TEST_CASE("Git anchor: a bare repository of another user opens only if safe.directory names it.") {
    const Sandbox box;
    const auto bare = bare_repository(box);
    if (::geteuid() != 0) {
        MESSAGE("not checked: only the administrator can give files away");
        return;
    }
    REQUIRE(::chown(bare.c_str(), 65534, 65534) == 0);
    const auto open_with = [&](const std::string& safe) {
        std::ofstream(box.beside("settings")) << "[safe]\n\tdirectory = " << safe << "\n";
        ::setenv("GIT_CONFIG_GLOBAL", box.beside("settings").c_str(), 1); // NOLINT(concurrency-mt-unsafe)
        const auto opened = open_git_anchor(bare, "journal/test");
        ::unsetenv("GIT_CONFIG_GLOBAL"); // NOLINT(concurrency-mt-unsafe)
        return opened ? "opened" : opened.error().what + " | " + opened.error().remedy;
    };
    CHECK(open_with("/elsewhere") ==
          bare.string() +
              ": the repository belongs to another user | If you trust it, run `git config --global --add "
              "safe.directory " +
              bare.string() + "`.");
    CHECK(open_with(std::filesystem::canonical(bare).string()) == "opened");
    CHECK(open_with("*") == "opened");
}

TEST_CASE("Git anchor: a head that another program adds meanwhile is noticed, and none is lost.") {
    const Sandbox box;
    const AnchoredJournal journal;
    const auto anchor = git_anchor(box.root());
    REQUIRE(anchor->publish(journal.publication(3)));
    const std::string first = box.git({"rev-parse", test_ref}).substr(0, 40);
    REQUIRE(anchor->publish(journal.publication(5)));
    const std::string second = box.git({"rev-parse", test_ref}).substr(0, 40);
    box.git({"update-ref", test_ref, first}); // 5 is to come from git itself, as by a fetch
    HeadPublication interrupted = journal.publication(8);
    int proofs = 0;
    interrupted.consistency = [&](std::uint64_t from) {
        if (++proofs == 1) box.git({"update-ref", test_ref, second, first});
        return journal.publication(8).consistency(from);
    };
    REQUIRE(anchor->publish(interrupted));
    CHECK(proofs == 2);
    CHECK(sizes_of(*anchor, journal) == HeadSizes{3, 5, 8});

    // The control: the same without compare and swap loses a head.
    box.git({"update-ref", test_ref, first});
    const auto history = git::BlobHistory::open(box.root(), test_ref, "head").value();
    const auto seen = history.newest().value();
    box.git({"update-ref", test_ref, second, first});
    CHECK_FALSE(history.append(seen->commit, journal.head(8), "head\n", 1).value()); // refused: not the newest
    const std::string forced = box.git({"commit-tree", first + "^{tree}", "-p", first, "-m", "head"}).substr(0, 40);
    box.git({"update-ref", test_ref, forced});
    CHECK(sizes_of(*anchor, journal) == HeadSizes{3, 3}); // 5 is lost
}

TEST_CASE("Git anchor: a first head that another program adds meanwhile is noticed, too.") {
    const Sandbox box;
    const AnchoredJournal journal;
    const auto history = git::BlobHistory::open(box.root(), test_ref, "head").value();
    REQUIRE(history.append(std::nullopt, journal.head(3), "head\n", 1).value());
    CHECK_FALSE(history.append(std::nullopt, journal.head(5), "head\n", 1).value());
    CHECK(sizes_of(*git_anchor(box.root()), journal) == HeadSizes{3});
}

TEST_CASE("Git anchor: a ref that moves all the time, and a lock that git left, are reported as busy.") {
    const Sandbox box;
    const AnchoredJournal journal;
    const auto anchor = git_anchor(box.root());
    REQUIRE(anchor->publish(journal.publication(3)));
    HeadPublication chased = journal.publication(8);
    chased.consistency = [&](std::uint64_t from) {
        const std::string commit =
            box.git({"commit-tree", test_ref + "^{tree}", "-p", test_ref, "-m", "x"}).substr(0, 40);
        box.git({"update-ref", test_ref, commit});
        return journal.publication(8).consistency(from);
    };
    const auto busy = anchor->publish(chased);
    REQUIRE_FALSE(busy);
    CHECK(busy.error().kind == FailureKind::busy);
    CHECK(busy.error().what.ends_with(": another program moves the ref " + test_ref + " all the time"));
    std::ofstream(box.root() / ".git" / (test_ref + ".lock")).flush();
    const auto locked = anchor->publish(journal.publication(8));
    REQUIRE_FALSE(locked);
    CHECK(locked.error().kind == FailureKind::busy);
    CHECK(locked.error().remedy.find(test_ref + ".lock") != std::string::npos);
}

TEST_CASE("Git anchor: two processes that publish at once lose no head that was taken.") {
    const Sandbox box;
    const AnchoredJournal journal;
    constexpr std::uint64_t heads_max = 24;
    const auto publish_each_second = [&](std::uint64_t first) {
        return [&, first] {
            for (std::uint64_t size = first; size <= heads_max; size += 2)
                if (open_git_anchor(box.root(), "journal/test").value()->publish(journal.publication(size)))
                    std::ofstream(box.beside("taken-" + std::to_string(size))).flush();
            return 0;
        };
    };
    journal::ChildProcess odd(publish_each_second(1));
    journal::ChildProcess even(publish_each_second(2));
    CHECK(odd.end() == 0);
    CHECK(even.end() == 0);
    const HeadSizes kept = sizes_of(*git_anchor(box.root()), journal);
    CHECK(std::ranges::is_sorted(kept));
    for (std::uint64_t size = 1; size <= heads_max; ++size)
        CHECK((std::ranges::count(kept, size) == 1) ==
              std::filesystem::exists(box.beside("taken-" + std::to_string(size))));
    CHECK(kept.back() == heads_max);
    CHECK(box.is_healthy());
}

TEST_CASE("Git anchor: the ref of every origin is valid for git, and differs from those of others.") {
    CHECK(head_ref("journal.example/plans") == "refs/evenfold/heads/journal.example%2fplans");
    CHECK(head_ref(".a..b.") == "refs/evenfold/heads/%2ea.%2eb%2e");
    CHECK(head_ref("a.lock") == "refs/evenfold/heads/a%2elock");
    CHECK(head_ref("a%2fb") == "refs/evenfold/heads/a%252fb");
    const Sandbox box;
    std::vector<std::string> refs;
    for (const std::string& origin :
         {std::string("a/b"), std::string("a%2fb"), std::string("@"), std::string("@{"), std::string("-"),
          std::string("a..b"), std::string(".a"), std::string("a."), std::string("a.lock"), std::string("a.lock.lock"),
          std::string("~^:?*[\\"), std::string("\xC3\xA9"), std::string("A"), std::string(255, 'a'),
          std::string(254, 'a') + "b", std::string(255, '/'), std::string(254, '/') + "."}) {
        refs.push_back(head_ref(origin));
        CHECK(run_git(box.root(), {"check-ref-format", refs.back()}).exit == 0);
        const AnchoredJournal journal(1, origin);
        const auto anchor = open_git_anchor(box.root(), origin);
        REQUIRE_MESSAGE(anchor, anchor.error().what);
        CHECK_MESSAGE((*anchor)->publish(journal.publication(2)), origin);
    }
    std::ranges::sort(refs);
    CHECK(std::ranges::adjacent_find(refs) == refs.end());
    CHECK(box.is_healthy());
}

TEST_CASE("Anchors: each kind is opened from its text.") {
    const Sandbox box;
    CHECK(open_anchor("file:heads", {.origin = "a"}).value()->name() == "file:heads");
    CHECK(open_anchor("command:cat", {.origin = "a"}).value()->name() == "command:cat");
    CHECK(open_anchor("git:" + box.root().string(), {.origin = "a"}).value()->name() == "git:" + box.root().string());
    CHECK_FALSE(open_anchor("heads", {.origin = "a"}));
}

} // namespace evenfold::tests::anchors
