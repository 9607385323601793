#include "evenfold/tests/cli/terminal.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace evenfold::cli_test {

DescriptorPair make_pipe() {
    DescriptorPair ends{-1, -1};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    return ends;
}

DescriptorPair make_terminal() {
    DescriptorPair ends{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), -1};
    REQUIRE(::grantpt(ends[0]) == 0);
    REQUIRE(::unlockpt(ends[0]) == 0);
    std::array<char, 64> name{};
    REQUIRE(::ptsname_r(ends[0], name.data(), name.size()) == 0);
    ends[1] = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(ends[1] >= 0);
    return ends;
}

bool has_terminals() {
    const int end = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    const bool is_made = end >= 0 && ::grantpt(end) == 0;
    if (end >= 0) ::close(end);
    return is_made;
}

} // namespace evenfold::cli_test
