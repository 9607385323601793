#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <map>
#include <set>

#include "evenfold/reactors/git/files/ignore.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/stat_cache.hpp"
#include "evenfold/reactors/git/store/pack.hpp"
#include "evenfold/reactors/git/store/tree.hpp"
#include "evenfold/tests/reactors/git/random_edits.hpp"

using namespace evenfold;
using namespace evenfold::git_test;

namespace {

std::string drawn(Dice& dice, std::string_view letters, std::size_t size_max) {
    std::string text(1 + roll(dice, size_max), ' ');
    for (char& letter : text) letter = letters[roll(dice, letters.size())];
    return text;
}

/// Returns those of `paths` that git ignores because of its .gitignore files.
std::set<std::string> ignored_by_git(const Sandbox& box, const std::vector<std::string>& paths) {
    std::string input;
    for (const std::string& path : paths) input += path + '\0';
    const std::string out = run_git(box.root(), {"check-ignore", "--no-index", "-z", "--stdin"}, input).out;
    std::set<std::string> ignored;
    for (std::size_t at = 0; at < out.size(); at = out.find('\0', at) + 1) ignored.insert(out.c_str() + at);
    return ignored;
}

} // namespace

TEST_CASE("Ignore: the same paths are ignored as by git, for random rules and paths.") {
    const std::uint64_t seed = seed_of(99);
    CAPTURE(seed);
    Dice dice(seed);
    std::size_t ignored = 0;
    std::size_t asked = 0;
    const Sandbox box;
    for (int round = 0; round < 60; ++round) {
        std::array<std::string, 2> texts;
        for (std::string& text : texts)
            for (int line = 0; line < 5; ++line) text += drawn(dice, "aabB*?/!\\[]-^.:# \r", 7) + "\n";
        texts[0] += std::array<std::string_view, 5>{"**/b\n", "a/**\n", "/a/*\n!/a/b\n", "[[:upper:]]*\n",
                                                    "a/**/b/\n"}[roll(dice, 5)];
        box.write(".gitignore", texts[0]);
        box.write("a/.gitignore", texts[1]);
        std::vector<std::string> paths;
        for (int i = 0; i < 60; ++i) {
            std::string path = drawn(dice, "abB.- ", 3);
            for (std::size_t depth = roll(dice, 3); depth > 0; --depth) path += "/" + drawn(dice, "abB.- ", 2);
            if (roll(dice, 2) == 0) path = "a/" + path;
            const bool dots = path.starts_with(".") || path.find("/.") != std::string::npos;
            if (!dots) paths.push_back(path);
        }
        git::IgnoreRules rules(false);
        rules.push("", texts[0]);
        rules.push("a/", texts[1]);
        const auto expected = ignored_by_git(box, paths);
        for (const std::string& path : paths) {
            CAPTURE(path);
            CAPTURE(texts[0]);
            CAPTURE(texts[1]);
            // if the last matching pattern begins with `!`, git reports that the path matched, not that it is ignored
            CHECK(rules.ignores_path_or_parent(path) == expected.contains(path));
            ignored += expected.contains(path) ? 1 : 0;
            ++asked;
        }
    }
    CHECK(ignored > asked / 20); // otherwise the comparison would prove nothing
    CHECK(ignored < asked * 19 / 20);
}

TEST_CASE("Ignore: a deeper rule that begins with a slash includes a file again, unlike in libgit2 1.5.") {
    const Sandbox box;
    box.write(".gitignore", "a/**\n");
    box.write("a/.gitignore", "!/a\n");
    git::IgnoreRules rules(false);
    rules.push("", "a/**\n");
    rules.push("a/", "!/a\n");
    const std::vector<std::string> paths{"a/a", "a/b"};
    CHECK(ignored_by_git(box, paths) == std::set<std::string>{"a/b"});
    CHECK_FALSE(rules.ignores_path_or_parent("a/a"));
    CHECK(rules.ignores_path_or_parent("a/b"));
}

TEST_CASE("Ignore: a pattern with many stars is matched in short time.") {
    const std::string stars = "a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
    CHECK_FALSE(git::matches_pattern(stars, std::string(2000, 'a'), false, false));
    CHECK(git::matches_pattern(stars, std::string(2000, 'a') + "b", false, false));
    CHECK(git::matches_pattern("A*", "abc", false, true));
    CHECK_FALSE(git::matches_pattern("A*", "abc", false, false));
}

TEST_CASE("Path text: special paths are quoted as git quotes them, and each path has its own text.") {
    CHECK(git::path_text("caf\xc3\xa9/plain") == "caf\xc3\xa9/plain");
    CHECK(git::path_text("a\"b") == "\"a\\\"b\"");
    CHECK(git::path_text("\xff\n\x01") == "\"\\377\\n\\001\"");
    CHECK(git::path_text("\xed\xa0\x80") == "\"\\355\\240\\200\""); // half of a surrogate pair is not valid UTF-8
    Dice dice(seed_of(1));
    for (int i = 0; i < 2000; ++i) {
        std::string path = drawn(dice, "ab\"\\\n\t\x7f\x01\xc3\xa9\xff/7", 12);
        REQUIRE(git::path_of_text(git::path_text(path)) == path);
    }
}

TEST_CASE("Object ids: they equal those of git.") {
    const Sandbox box;
    for (const std::size_t size : {0U, 1U, 40U, 55U, 56U, 63U, 64U, 65U, 1000U, 100'000U}) {
        std::string bytes(size, 'x');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7);
        box.write("file", bytes);
        CHECK(git::to_text(git::id_of(git::ObjectKind::blob, bytes)) + "\n" == box.git({"hash-object", "file"}));
    }
}

TEST_CASE("Reserved names: they are those that git reserves on any system.") {
    for (const std::string name :
         {".git", ".GIT", ".giT ", ".git. .", ".git::$INDEX", ".g\xe2\x80\x8cit", "git~1", "GIT~1"})
        CHECK(git::is_reserved(name));
    for (const std::string name : {".gitignore", "git", ".gi", "git~2", ".github", "a.git", ".git x", ""})
        CHECK_FALSE(git::is_reserved(name));
}

TEST_CASE("Pack: git reads objects of all kinds and sizes from it.") {
    const Sandbox box;
    const auto folder = box.root() / ".git" / "objects" / "pack";
    git::PackWriter pack(folder, "test");
    std::vector<std::string> blobs;
    for (std::size_t size = 0; size < 70'000; size = size * 3 + 1) blobs.push_back(std::string(size, 'b'));
    for (const std::string& blob : blobs)
        for (int twice = 0; twice < 2; ++twice)
            REQUIRE(pack.add(git::ObjectKind::blob, git::id_of(git::ObjectKind::blob, blob), blob));
    const std::string large(3U << 20U, 'l');
    std::string_view rest = large;
    const auto next = [&]() -> std::expected<std::string_view, git::Failure> {
        const std::string_view part = rest.substr(0, 100'000);
        rest.remove_prefix(part.size());
        return part;
    };
    const auto shorter = pack.add_blob(large.size() + 1, next);
    REQUIRE_FALSE(shorter);
    CHECK(shorter.error().kind == git::FailureKind::busy);
    rest = large;
    REQUIRE(pack.add_blob(large.size(), next));
    REQUIRE(pack.finish());
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        ++files;
        if (file.path().extension() == ".idx") box.git({"verify-pack", file.path().string()});
    }
    CHECK(files == 2);
    for (const std::string& blob : blobs)
        CHECK(box.git({"cat-file", "blob", git::to_text(git::id_of(git::ObjectKind::blob, blob))}) == blob);
    CHECK(box.is_healthy());
}

TEST_CASE("Stat cache: the id of a file is reused only if the file is older than the scan.") {
    const Sandbox box;
    const auto file = box.root() / "cache";
    const timespec now{.tv_sec = 1000, .tv_nsec = 500'000'000};
    const auto file_status_at = [](std::int64_t s, std::int64_t ns) {
        git::FileStatus file_status;
        file_status.changed_s = file_status.modified_s = s;
        file_status.changed_ns = file_status.modified_ns = ns;
        return file_status;
    };
    const std::map<std::string, git::FileStatus> file_statuses{
        {"a old", file_status_at(900, 1)},   {"b tick", file_status_at(1000, 495'000'000)},
        {"c late", file_status_at(1001, 1)}, {"d coarse", file_status_at(999, 0)},
        {"e fine", file_status_at(1000, 1)}, {"f coarse, old", file_status_at(998, 0)}};
    git::StatCache writer(file, now);
    for (const auto& [path, file_status] : file_statuses) writer.store(path, file_status, git::ObjectId{});
    writer.save("ref", "commit");
    git::StatCache reader(file, now);
    CHECK(reader.ref() == "ref");
    std::string known;
    for (const auto& [path, file_status] : file_statuses)
        if (reader.find_unchanged(path, file_status)) known += path.front();
    CHECK(known == "aef");
    git::FileStatus other = file_statuses.at("a old");
    other.changed_ns = 2; // the change time, which no program can set
    CHECK_FALSE(git::StatCache(file, now).find_unchanged("a old", other));
}
