#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/keys/key_folder.hpp"
#include "evenfold/journal/keys/key_ring.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string create_and_rotate(const std::filesystem::path& folder) {
#include "evenfold/header_examples/journal/keys/key_folder.hpp"
    return {};
}

std::string read_all(journal::chain::ChainTrust& trust) {
#include "evenfold/header_examples/journal/keys/key_ring.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: secrets of a signed journal in a folder.") {
    const journal::ScratchFolder scratch;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    std::filesystem::create_directory("keys");
    std::filesystem::permissions("keys", std::filesystem::perms::owner_all);
    CHECK(create_and_rotate("keys").empty());
    journal::chain::ChainTrust trust;
    CHECK(read_all(trust).empty());
    CHECK(trust.secrets.size() == 1);
    std::filesystem::current_path(before);
}

} // namespace evenfold
