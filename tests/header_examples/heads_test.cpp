#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string make_keys(std::span<const std::uint8_t> seed) {
#include "evenfold/header_examples/journal/heads/keys.hpp"
    CHECK(text.starts_with("journal.example/plans+871fc8e2+AXm1Vi6P"));
    return {};
}

std::string sign_and_read(const journal::heads::SigningKey& key, const journal::chain::TreeHead& tree,
                          journal::chain::ChainTrust& trust) {
#include "evenfold/header_examples/journal/heads/head.hpp"
    CHECK(trust.read_head(*head).distrust.empty());
    return {};
}

std::string remove_payloads(const journal::heads::SigningKey& key, const journal::chain::Hash& leaves,
                            journal::chain::ChainTrust& trust) {
#include "evenfold/header_examples/journal/heads/removal.hpp"
    return {};
}

std::string prove(const std::string& entry, const journal::chain::TreeProof& hashes, const std::string& head,
                  const std::vector<journal::heads::VerifierKey>& trusted) {
#include "evenfold/header_examples/journal/heads/event_proof.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: keys, heads, removals and proofs of a signed journal.") {
    const tests::heads::HeadVector& vector = tests::heads::head_vector();
    const journal::heads::SigningKey key = tests::heads::vector_key();
    journal::chain::ChainTrust trust;
    CHECK(make_keys(tests::heads::octets_of(vector.seed)).empty());
    CHECK(sign_and_read(key, tests::heads::vector_tree(), trust).empty());
    CHECK(remove_payloads(key, {}, trust).empty());
    CHECK(prove(vector.entry_of_second, vector.inclusion_of_second, vector.note, {key.verifier()}).empty());
}

} // namespace evenfold
