#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "evenfold/reactors/git/files/work_tree.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;

namespace {

constexpr int tracing_forbidden = 77;
constexpr int system_call_stop = SIGTRAP | 0x80;
constexpr int files = 600;
constexpr int changed = 60;
constexpr int added = 1200;

/// Runs `work` in a child. Returns the number of its system calls, or nothing if the machine forbids tracing. Counts
/// are repeatable, while times are not.
std::optional<std::size_t> count_calls(const std::function<void()>& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(tracing_forbidden);
        (void)::raise(SIGSTOP);
        work();
        ::_exit(0);
    }
    int status = 0;
    std::size_t stops = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) return std::nullopt;
    (void)::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    while (::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr) == 0 && ::waitpid(child, &status, 0) == child) {
        if (!WIFSTOPPED(status)) break;
        if (WSTOPSIG(status) == system_call_stop) ++stops;
    }
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    return stops / 2; // a call stops when it begins and when it ends
}

/// Counts the calls of git itself, which checks files in one thread here because those of other threads are not seen.
std::optional<std::size_t> count_calls_of_git(const Sandbox& box, const std::vector<const char*>& arguments) {
    return count_calls([&] {
        const std::string folder = box.root().string();
        std::vector<const char*> words{"git", "-C", folder.c_str(), "-c", "core.preloadIndex=false"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        words.push_back(nullptr);
        ::execvp("git", const_cast<char**>(words.data())); // NOLINT: exec changes nothing
        ::_exit(127);
    });
}

std::string path_of(int number) {
    return "top/part/folder" + std::to_string(number / 100) + "/" + std::to_string(number);
}

void write_numbered(const Sandbox& box, int first, int count, const std::string& text) {
    for (int i = first; i < first + count; ++i) box.write(path_of(i), text + std::to_string(i));
}

void change_some(const Sandbox& box, const std::string& text) {
    for (int i = 0; i < changed; ++i) write_numbered(box, i * (files / changed), 1, text);
}

void commit_numbered(const Sandbox& box) {
    write_numbered(box, 0, files, "first ");
    box.commit_all("first");
}

void report(const std::string& work, std::size_t ours, std::size_t theirs) {
    MESSAGE(work << ": " << ours << " system calls, git " << theirs);
}

} // namespace

TEST_CASE("System calls: removing files takes at most 1.5 times those of git clean.") {
    const Sandbox box;
    commit_numbered(box);
    captured(box, "target");
    write_numbered(box, files, added, "added ");
    captured(box, "early"); // files that changed just before a capture are read again by the next
    captured(box, "rescue", "target");
    const auto ours = count_calls([&] { restored(box, "target", "rescue"); });
    CHECK_FALSE(box.has("top/part/folder10"));
    write_numbered(box, files, added, "added ");
    const auto theirs = count_calls_of_git(box, {"clean", "-fdq"});
    if (!ours || !theirs) return;
    CHECK(box.git({"status", "--porcelain"}).empty());
    report("removal", *ours, *theirs);
    CHECK(2 * *ours <= 3 * *theirs);
    // Negative control: to look for empty folders after each file exceeds the bound.
    write_numbered(box, files, added, "added ");
    const auto one_by_one = count_calls([&] {
        auto tree = git::WorkTree::open(box.root());
        for (int i = files; i < files + added; ++i) {
            (void)tree->remove(path_of(i));
            tree->remove_empty_above(path_of(i));
        }
    });
    CHECK_FALSE(box.has("top/part/folder10"));
    CHECK(2 * *one_by_one > 3 * *theirs);
}

TEST_CASE("System calls: a revert takes at most 1.5 times those of git checkout.") {
    const Sandbox box;
    commit_numbered(box);
    captured(box, "target");
    change_some(box, "second ");
    captured(box, "early");
    captured(box, "rescue", "target");
    const auto ours = count_calls([&] { restored(box, "target", "rescue"); });
    change_some(box, "third ");
    const auto theirs = count_calls_of_git(box, {"checkout", "--quiet", "--", "."});
    if (!ours || !theirs) return;
    CHECK(box.git({"status", "--porcelain"}).empty());
    report("revert", *ours, *theirs);
    CHECK(2 * *ours <= 3 * *theirs);
}

TEST_CASE("System calls: a checkpoint takes no more than git add and git commit.") {
    const Sandbox box;
    commit_numbered(box);
    captured(box, "1");
    change_some(box, "second ");
    const auto ours = count_calls([&] { captured(box, "2", "1"); });
    const auto add = count_calls_of_git(box, {"add", "--all"});
    const auto commit = count_calls_of_git(box, {"commit", "--quiet", "--message=second"});
    if (!ours || !add || !commit) return;
    CHECK(box.git({"diff", "--stat", "HEAD", ref_of("2")}).empty());
    report("checkpoint", *ours, *add + *commit);
    CHECK(*ours <= *add + *commit);
}
