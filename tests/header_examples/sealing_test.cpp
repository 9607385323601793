#include <doctest/doctest.h>

#include <filesystem>

#include "evenfold/journal/sealing/key_store.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

void report(const system::Failure& failure) {
    FAIL(failure.what);
}

void seal_and_erase(const std::filesystem::path& folder, const std::filesystem::path& journal_file) {
#include "evenfold/header_examples/journal/sealing/key_store.hpp"
}

} // namespace

TEST_CASE("Header examples: the keys of the persons in a journal.") {
    const journal::ScratchFolder scratch;
    seal_and_erase(scratch.path(), scratch / "journal/j.db");
    CHECK(std::filesystem::exists(scratch / "keys/secret"));
}

} // namespace evenfold
