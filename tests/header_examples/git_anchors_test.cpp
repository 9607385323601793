#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/reactors/anchors/git_anchor.hpp"
#include "evenfold/reactors/anchors/open_anchor.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string open_repository() {
#include "evenfold/header_examples/reactors/anchors/git_anchor.hpp"
    return {};
}

std::string open_any() {
#include "evenfold/header_examples/reactors/anchors/open_anchor.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: heads go to a repository.") {
    const git_test::Sandbox box;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::create_directory(box.beside("backup.git"));
    std::filesystem::current_path(box.beside(""));
    CHECK(git_test::run_git(box.beside("backup.git"), {"init", "--quiet", "--bare"}).exit == 0);
    CHECK(open_repository().empty());
    CHECK(open_any().empty());
    std::filesystem::current_path(before);
}

} // namespace evenfold
