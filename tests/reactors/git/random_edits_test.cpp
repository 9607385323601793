#include <doctest/doctest.h>

#include <vector>

#include "evenfold/tests/reactors/git/random_edits.hpp"

using namespace evenfold::git_test;

namespace {

constexpr std::size_t rounds = 200;

Files ignored(const Sandbox& box) {
    return box.files([](const std::string& path) { return !is_ignored_there(path); });
}

} // namespace

TEST_CASE("Random edits: each checkpoint restores exactly its files, in any order.") {
    const std::uint64_t seed = seed_of(20260);
    CAPTURE(seed);
    Dice dice(seed);
    const Sandbox box;
    box.write(".gitignore", "/ignored/\n");
    box.write("tracked", "one\n");
    box.commit_all("first");
    box.write("staged", "two\n");
    box.git({"add", "staged"});
    const Files user = box.users();

    std::vector<Files> copies;
    for (std::size_t round = 0; round < rounds; ++round) {
        CAPTURE(round);
        edit(box, dice);
        copies.push_back(box.files(is_ignored_there));
        const auto spared = ignored(box);
        captured(box, std::to_string(round), round == 0 ? std::nullopt : std::optional(std::to_string(round - 1)));
        const std::size_t back = roll(dice, copies.size());
        const bool with_rescue = roll(dice, 2) == 0;
        restored(box, std::to_string(back), with_rescue ? std::optional(std::to_string(round)) : std::nullopt);
        REQUIRE(box.files(is_ignored_there) == copies[back]);
        REQUIRE(ignored(box) == spared);
        REQUIRE(box.users() == user);
        if (round % 50 == 49) REQUIRE(box.is_healthy());
    }
}

TEST_CASE("Random edits: the comparison detects one changed byte and one changed mode.") {
    const Sandbox box;
    box.write("a", "one");
    const Files before = box.files();
    box.write("a", "onE");
    CHECK(box.files() != before);
    box.write("a", "one", true);
    CHECK(box.files() != before);
    box.write("a", "one");
    CHECK(box.files() == before);
}
