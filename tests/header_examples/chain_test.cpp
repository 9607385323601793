#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {

TEST_CASE("Header examples: the verification of a signed journal.") {
    tests::chain::StoredJournal stored = tests::chain::short_history(3).stored;
    stored.events[1].type = "Changed";
    CHECK_FALSE(tests::chain::report_of(stored, tests::chain::trust_of(1)).ok());
    tests::chain::MemoryChainSource source(stored);
    const std::string secret = tests::chain::secret_of(1);
#include "evenfold/header_examples/journal/chain/verify.hpp"
}

} // namespace evenfold
