#include "evenfold/system/secrets/secret_source.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <string>

#include "evenfold/system/random.hpp"
#include "evenfold/system/secrets/core_dumps.hpp"
#include "evenfold/tests/journal/child_process.hpp"

using namespace evenfold::system;

namespace {

/// Returns whether this process may leave a core file.
bool may_dump() {
    struct rlimit limit{};
    return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1 || ::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0;
}

} // namespace

TEST_CASE("Core dumps: a process that forbids them cannot leave a core file.") {
    evenfold::journal::ChildProcess control([] { return may_dump() ? 0 : 1; });
    CHECK(control.end() == 0);
    evenfold::journal::ChildProcess careful([] { return forbid_core_dumps() && !may_dump() ? 0 : 1; });
    CHECK(careful.end() == 0);
}

TEST_CASE("Random bytes: two draws differ, and every byte is filled.") {
    std::array<char, 64> first{};
    std::array<char, 64> second{};
    REQUIRE(fill_random(first));
    REQUIRE(fill_random(second));
    CHECK(first != second);
    CHECK(std::ranges::count(first, '\0') < 8);
    CHECK(fill_random({}));
}

TEST_CASE("Secret bytes: the memory is overwritten when it is released, and moves with its owner.") {
    SecretBytes secret(40);
    std::ranges::fill(secret.buffer(), 'a');
    const char* const memory = secret.view().data();
    SecretBytes moved = std::move(secret);
    CHECK(moved.view().data() == memory); // no second copy
    moved.shorten(3);
    CHECK(moved.view() == "aaa");
    wipe(moved.buffer().data(), 1);
    CHECK(moved.view() == std::string_view("\0aa", 3));
}

TEST_CASE("Secret files: an interrupted write leaves no file of the final name.") {
    CHECK(create_secret_file("/proc/self/none", "secret").error().what.starts_with("/proc/self/none.new: create"));
    const auto none = take_secret_variable("EVENFOLD_TEST_NO_SUCH_VARIABLE");
    CHECK_FALSE(none.has_value());
}
