#include "evenfold/tests/support/process/test_process.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace evenfold::tests {

TestProcess run_in_own_process(const std::string& name, const std::string& environment) {
    const std::string command =
        "env " + environment + " '" + std::string(::program_invocation_name) + "' --test-case='" + name + "' 2>&1";
    TestProcess ended;
    FILE* pipe = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c): this very program
    REQUIRE(pipe);
    std::array<char, 4096> part{};
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe))
        ended.output.append(part.data(), count);
    ended.status = ::pclose(pipe);
    return ended;
}

} // namespace evenfold::tests
