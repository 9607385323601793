#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/tests/reactors/git/random_edits.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::ChangeKind;
using git::FileChange;

namespace {

std::map<std::string, FileChange> changed(const Sandbox& box, const std::string& from, std::optional<std::string> to) {
    if (to) to = ref_of(*to);
    const auto found = git::find_changes(box.opened(), {.from = ref_of(from), .to = to, .with_text = true});
    REQUIRE(found);
    std::map<std::string, FileChange> by_path;
    for (const FileChange& change : *found) by_path[change.path] = change;
    CHECK(by_path.size() == found->size());
    return by_path;
}

} // namespace

TEST_CASE("Changes: each kind is reported with its text, between checkpoints and against the files on the disk.") {
    const Sandbox box;
    box.write("same", "same");
    box.write("gone", "gone\n");
    box.write("run", "run\n");
    box.write("text", "one\ntwo\nthree\n");
    box.write("image", std::string("\0\1\2", 3));
    box.write("from/here", "a file that is long enough to be known again\nand again\n");
    box.link("link", "same");
    captured(box, "1");
    box.remove("gone");
    box.write("run", "run\n", true);
    box.write("text", "one\n2\nthree\n");
    box.write("image", std::string("\0\1\3", 3));
    box.remove("from");
    box.write("to/there", "a file that is long enough to be known again\nand again\n");
    box.remove("link");
    box.write("link", "no longer a link\n");
    box.write("n\xe9w", "new\n");
    const Files user = box.users();
    const auto files = changed(box, "1", std::nullopt);
    CHECK(box.users() == user);
    captured(box, "2");
    const auto found = changed(box, "1", "2");
    REQUIRE(found.size() == 7);
    for (const auto& [path, change] : found) {
        CAPTURE(path);
        CHECK(files.at(path).kind == change.kind);
        CHECK(files.at(path).text == change.text);
    }
    CHECK(found.at("gone").kind == ChangeKind::deleted);
    CHECK(found.at("run").kind == ChangeKind::mode_changed);
    CHECK(found.at("text").kind == ChangeKind::modified);
    CHECK(found.at("text").text.find("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n") != std::string::npos);
    CHECK_FALSE(found.at("text").is_binary);
    CHECK(found.at("image").is_binary);
    CHECK(found.at("to/there").kind == ChangeKind::renamed);
    CHECK(found.at("to/there").old_path == "from/here");
    CHECK(found.at("link").kind == ChangeKind::modified);
    CHECK(found.at("\"n\\351w\"").kind == ChangeKind::added);
    CHECK(changed(box, "2", "2").empty());
    CHECK(changed(box, "2", std::nullopt).empty());
    CHECK(git::find_changes(box.opened(), {.from = ref_of("3"), .to = {}}).error().kind == git::FailureKind::not_found);
    CHECK(git::find_changes(box.opened(), {.from = "HEAD", .to = {}}).error().kind == git::FailureKind::invalid);
}

TEST_CASE("Changes: random edits are reported as git reports them.") {
    const std::uint64_t seed = seed_of(7);
    CAPTURE(seed);
    Dice dice(seed);
    const Sandbox box;
    box.write("a", "1");
    captured(box, "0");
    for (int round = 1; round < 20; ++round) {
        edit(box, dice);
        const std::string before = std::to_string(round - 1);
        const std::string after = std::to_string(round);
        captured(box, after);
        const auto found = git::find_changes(box.opened(), {.from = ref_of(before), .to = ref_of(after)});
        REQUIRE(found);
        std::set<std::string> expected; // a rename counts as a deletion and an addition
        for (const FileChange& change : *found) {
            expected.insert(git::path_of_text(change.path));
            expected.insert(git::path_of_text(change.old_path));
        }
        std::set<std::string> reported;
        std::istringstream lines(box.git({"diff", "--name-only", "-z", "--no-renames", ref_of(before), ref_of(after)}));
        for (std::string line; std::getline(lines, line, '\0');) reported.insert(line);
        CHECK(reported == expected);
    }
}
