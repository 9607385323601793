#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/reactors/orchestration/thread_claims.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"
#include "evenfold/tests/support/ids.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string reported; // the words of the last report

void report(const std::string& words) {
    reported = words;
}

void capture(const std::filesystem::path& folder) {
    const git::Author ada{.name = "Ada", .email = "ada@example.org", .at_s = 0};
#include "evenfold/header_examples/reactors/git/checkpoint.hpp"
}

void compare(const std::expected<git::Repository, git::Failure>& repository, const std::string& safe) {
#include "evenfold/header_examples/reactors/git/changes.hpp"
}

void restore(const std::expected<git::Repository, git::Failure>& repository, const std::string& safe,
             const std::string& rescue) {
#include "evenfold/header_examples/reactors/git/restore.hpp"
}

void commit(const std::expected<git::Repository, git::Failure>& repository) {
#include "evenfold/header_examples/reactors/git/commit.hpp"
}

orchestration::Model model_with_thread() {
    using namespace orchestration;
    Model model;
    model = project(std::move(model), ProjectCreated{.project = tests::the_project,
                                                     .title = "abacus",
                                                     .root = "/home/ada/abacus",
                                                     .root_key = "/home/ada/abacus",
                                                     .default_model = {}});
    return project(std::move(model), ThreadCreated{.thread = tests::the_thread,
                                                   .project = tests::the_project,
                                                   .title = "work",
                                                   .model = "",
                                                   .policy = {},
                                                   .mode = {},
                                                   .workspace = {}});
}

void claim(const std::filesystem::path& file, const orchestration::Model& model,
           const orchestration::ThreadId& thread) {
#include "evenfold/header_examples/reactors/orchestration/thread_claims.hpp"
    CHECK(command.live.empty());
}

void find_folder(const orchestration::Model& model, const orchestration::ThreadId& thread) {
#include "evenfold/header_examples/reactors/orchestration/workspace.hpp"
}

} // namespace

TEST_CASE("Header examples: checkpoints, and commits.") {
    const git_test::Sandbox box;
    box.write("notes.txt", "one\n");
    box.commit_all("first");
    capture(box.root());
    box.write("notes.txt", "two\n");
    const auto repository = git::open(box.root());
    const std::string safe = "refs/evenfold/checkpoints/safe";
    reported.clear();
    compare(repository, safe);
    CHECK(reported.find("notes.txt\n") == 0);
    const std::string rescue = "refs/evenfold/checkpoints/rescue";
    CHECK(git::capture(*repository, {.ref = rescue, .message = "rescue", .author = {}, .previous = {}}));
    restore(repository, safe, rescue);
    CHECK(box.read("notes.txt") == "one\n");
    box.write("notes.txt", "three\n");
    reported.clear();
    commit(repository);
    CHECK(reported.empty());
    commit(repository);
    CHECK(reported.empty());
    CHECK(box.git({"log", "--format=%s", "-1"}) == "Fix the tests\n");
}

TEST_CASE("Header examples: reactors and threads at work.") {
#include "evenfold/header_examples/reactors/orchestration/git_reactors.hpp"
    const orchestration::Model model = model_with_thread();
    find_folder(model, orchestration::tests::the_thread);
    const journal::ScratchFolder folder;
    std::ofstream(folder / "evenfold.db").put('x');
    reported.clear();
    claim(folder / "evenfold.db", model, orchestration::tests::the_thread);
    CHECK(reported.empty());
    claim(folder / "evenfold.db", model, orchestration::tests::the_thread);
    CHECK(reported == "another program is at work on this thread");
}

} // namespace evenfold
