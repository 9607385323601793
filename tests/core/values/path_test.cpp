#include "evenfold/core/values/path.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

namespace evenfold {

TEST_CASE("normalised_path: all spellings of one folder have one normal form.") {
    const std::vector<std::pair<const char*, const char*>> rows{{"/home/ada/../ada//engine/", "/home/ada/engine"},
                                                                {"/", "/"},
                                                                {"//", "/"},
                                                                {"/..", "/"},
                                                                {"/../../a", "/a"},
                                                                {"/a/..", "/"},
                                                                {"/a/./b/.", "/a/b"},
                                                                {"", "."},
                                                                {".", "."},
                                                                {"./", "."},
                                                                {"a/..", "."},
                                                                {"a", "a"},
                                                                {"./a/", "a"},
                                                                {"..", ".."},
                                                                {"../..", "../.."},
                                                                {"../a/..", ".."},
                                                                {"a/../..", ".."},
                                                                {"/a/...", "/a/..."},
                                                                {"/a/.b", "/a/.b"},
                                                                {"/A", "/A"},
                                                                {"/a b", "/a b"}};
    for (const auto& [path, normalised] : rows) {
        CAPTURE(path);
        CHECK(normalised_path(path) == normalised);
        CHECK(normalised_path(normalised) == normalised);
    }
}

TEST_CASE("is_within: a folder is within itself, and so is all below it, but no folder whose name only begins so.") {
    CHECK(is_within("/a/b", "/a/b"));
    CHECK(is_within("/a/b/c", "/a/b"));
    CHECK(is_within("/a", "/"));
    CHECK_FALSE(is_within("/a/bc", "/a/b"));
    CHECK_FALSE(is_within("/a", "/a/b"));
}

} // namespace evenfold
