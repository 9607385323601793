#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/journal/heads/witness_policy.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

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

std::string create_signer() {
#include "evenfold/header_examples/journal/heads/signer_files.hpp"
    return {};
}

std::string check_policy(const std::string& text, const std::string& head) {
#include "evenfold/header_examples/journal/heads/witness_policy.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: a signing key in files, and a policy.") {
    const journal::ScratchFolder scratch;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    CHECK(create_signer().empty());
    std::filesystem::current_path(before);
    CHECK(check_policy("quorum none\n", tests::heads::head_vector().note).empty());
    CHECK(check_policy("quorum all-of-us\n", tests::heads::head_vector().note).starts_with("line 1: 'all-of-us'"));
}

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
