#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/exchange/signed_end.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string sign_end(const journal::heads::SigningKey& key, const journal::chain::Hash& digest) {
#include "evenfold/header_examples/journal/exchange/signed_end.hpp"
    CHECK(reader(*note).distrust.empty());
    return {};
}

} // namespace

TEST_CASE("Header examples: the signed end of an export.") {
    CHECK(sign_end(tests::heads::vector_key(), {}).empty());
}

} // namespace evenfold
