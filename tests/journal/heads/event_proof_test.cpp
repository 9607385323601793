#include <doctest/doctest.h>

#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::heads {
namespace {

/// The proof of the second event of the vectors.
EventProof vector_proof() {
    return {.entry = head_vector().entry_of_second,
            .index = 1,
            .hashes = head_vector().inclusion_of_second,
            .head = head_vector().note};
}

std::size_t line_of_error(const std::string& text) {
    const auto proof = parse_proof(text);
    return proof ? 99 : proof.error().line;
}

} // namespace

TEST_CASE("Event proofs: the second event of the vectors is proven from a text.") {
    const std::string text = to_text(vector_proof());
    CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nextra ZXZmLmV2ZW50LnYy"));
    CHECK(text.find("\nindex 1\n5fFWgZ1gMJ1rViSiXd53W0VMDcFyZCZbA/ihlgxg/sk=\n") != std::string::npos);
    CHECK(text.ends_with("\n\n" + head_vector().note));
    const auto proof = parse_proof(text);
    REQUIRE(proof);
    CHECK(*proof == vector_proof());
    const std::vector<VerifierKey> trusted{vector_key().verifier()};
    CHECK(check_proof(*proof, trusted)->tree == vector_tree());
}

TEST_CASE("Event proofs: the error for a wrong text names its line.") {
    const std::string start = "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 1\n";
    const std::string hash = to_base64(std::string(32, 'h')) + "\n";
    CHECK(line_of_error(start + hash + "\nhead") == 99);
    CHECK(line_of_error("") == 1);
    CHECK(line_of_error("c2sp.org/tlog-proof@v2\nextra YQ==\nindex 1\n\n") == 1);
    CHECK(line_of_error("c2sp.org/tlog-proof@v1\nindex 1\n\n") == 2);
    CHECK(line_of_error("c2sp.org/tlog-proof@v1\nextra YQ\nindex 1\n\n") == 2);
    CHECK(line_of_error("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 01\n\n") == 3);
    CHECK(line_of_error("c2sp.org/tlog-proof@v1\nextra YQ==\n") == 3);
    CHECK(line_of_error(start + "YQ==\n\n") == 4);
    CHECK(line_of_error(start + hash + hash) == 6);
    std::string hashes;
    for (std::size_t i = 0; i < proof_hashes_max; ++i) hashes += hash;
    CHECK(line_of_error(start + hashes + "\nhead") == 99);
    CHECK(line_of_error(start + hashes + hash + "\nhead") == 68);
    CHECK(parse_proof(std::string(proof_bytes_max + 1, 'x')).error().what.find("at most 2000000") != std::string::npos);
}

TEST_CASE("Event proofs: another entry, index or head proves nothing.") {
    const std::vector<VerifierKey> trusted{vector_key().verifier()};
    const auto kind_of = [&](auto&& change) {
        EventProof proof = vector_proof();
        change(proof);
        const auto head = check_proof(proof, trusted);
        return head ? std::optional<NoteErrorKind>() : head.error().kind;
    };
    CHECK(kind_of([](EventProof&) {}) == std::nullopt);
    CHECK(kind_of([](EventProof& of) { of.entry += '0'; }) == NoteErrorKind::not_proven);
    CHECK(kind_of([](EventProof& of) { of.index = 2; }) == NoteErrorKind::not_proven);
    CHECK(kind_of([](EventProof& of) { of.index = UINT64_MAX; }) == NoteErrorKind::not_proven);
    CHECK(kind_of([](EventProof& of) { of.hashes.pop_back(); }) == NoteErrorKind::not_proven);
    const auto head_of_other = [](EventProof& of) {
        of.head = sign_head(signing_key(1), vector_tree(), 7, std::nullopt).value();
    };
    CHECK(kind_of(head_of_other) == NoteErrorKind::unknown_signer);
}

TEST_CASE("Event proofs: the error of a head names its line in the proof.") {
    EventProof proof = vector_proof();
    proof.head.replace(proof.head.find("\n3\n"), 3, "\n03\n");
    const NoteError error = check_proof(proof, {}).error();
    CHECK(error.line == 8); // two hashes and the empty line are before it
    std::string text = to_text(proof);
    std::string_view rest = text;
    for (std::size_t i = 1; i < error.line; ++i) take_line(rest).value();
    CHECK(take_line(rest) == "03");
}

} // namespace evenfold::tests::heads
