#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string verify_journal(journal::Journal& opened, const journal::chain::ChainTrust& trust) {
#include "evenfold/header_examples/journal/signatures.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: a signed journal is verified.") {
    const journal::ScratchFolder folder;
    const auto opened = tests::chain::opened(folder / "journal.db", tests::chain::signed_with(1));
    tests::chain::append(*opened, {journal::contract::batch(1, {"a"})});
    CHECK(verify_journal(*opened, tests::chain::trust_of(1)).empty());
}

} // namespace evenfold
