#include <doctest/doctest.h>

#include <vector>

#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::heads {
namespace {

std::vector<VerifierKey> trusted_keys(std::initializer_list<std::uint8_t> numbers) {
    std::vector<VerifierKey> keys;
    for (const std::uint8_t number : numbers) keys.push_back(signing_key(number).verifier());
    return keys;
}

std::string head_of(const SigningKey& key, const TreeHead& tree, std::uint64_t time = 1'790'000'001) {
    return sign_head(key, tree, time, std::nullopt).value();
}

NoteError error_of(const std::string& note, std::span<const VerifierKey> trusted) {
    const auto head = read_head(note, trusted);
    return head ? NoteError{.what = "no error"} : head.error();
}

/// Returns the error of a note whose text is `text`, signed by the key 1.
NoteError error_of_text(const std::string& text) {
    const SigningKey key = signing_key(1);
    std::string note = text + "\n";
    for (const SignatureType type : {SignatureType::note, SignatureType::cosignature})
        note += signature_line(key, type, text, 7).value();
    return error_of(note, trusted_keys({1}));
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
}

const std::string root_line = to_base64(std::string(32, 'r')) + "\n";

} // namespace

TEST_CASE("Signed heads: the head of the vector is signed and read byte for byte.") {
    const HeadVector& vector = head_vector();
    const std::string note = head_of(vector_key(), vector_tree(), vector.time);
    CHECK(note == vector.note);
    CHECK(note.size() == 320);
    CHECK(sha256_hex(note) == "c89e94c11b0923f822c009fefd211f935d3f33f9f58d97c46572c35cfaa37d20");
    const std::vector<VerifierKey> trusted{vector_key().verifier()};
    const SignedHead expected{.origin = "journal.example/plans", .tree = vector_tree(), .time_s = 1'790'000'001};
    CHECK(read_head(vector.note, trusted).value() == expected);
}

TEST_CASE("Signed heads: the error for a wrong text names its line.") {
    CHECK(error_of_text("journal/test\n3\n" + root_line).what == "no error");
    CHECK(to_text(error_of_text("journal test\n3\n" + root_line)) == "line 1: the origin is not the name of a signer");
    CHECK(error_of_text("\n3\n" + root_line).line == 1);
    for (const std::string size : {"", "03", "-3", "3 ", "18446744073709551616", "three"})
        CHECK_MESSAGE(error_of_text("journal/test\n" + size + "\n" + root_line).line == 2, size);
    for (const std::string root : {"", "cnJy", "*"})
        CHECK_MESSAGE(error_of_text("journal/test\n3\n" + root + "\n").line == 3, root);
    CHECK(error_of_text("journal/test\n3\n").line == 3);
    CHECK(error_of_text("journal/test\n0\n" + root_line).what == "the root is not that of the empty tree");
    CHECK(error_of_text("journal/test\n3\n" + root_line + "an extension\n").line == 4);
}

TEST_CASE("Signed heads: the error for a wrong note names its line.") {
    const std::string note = head_of(signing_key(1), {.size = 3, .root = {}});
    const auto trusted = trusted_keys({1});
    CHECK(error_of("", trusted).what == "no empty line separates the text from its signatures");
    CHECK(error_of(note.substr(0, note.size() - 1), trusted).what == "the last line has no line break");
    CHECK(error_of(note.substr(0, note.find("\n\n") + 2), trusted).what == "a note needs a signature");
    CHECK(to_text(error_of(with(note, "\xE2\x80\x94", "-"), trusted)) ==
          "line 5: a signature begins with an em dash and a space");
    CHECK(error_of(note + "\xE2\x80\x94 one\n", trusted).line == 7);
    CHECK(error_of(note + "\xE2\x80\x94 one AAAA\n", trusted).what ==
          "the signature has no bytes after the id of its key");
    CHECK(error_of(note + "\xE2\x80\x94 one AAAAAB==\n", trusted).what ==
          "the signature is not base64 in its canonical form");
    CHECK(error_of(with(note, "journal/test", "journal\x01test"), trusted).what ==
          "the text is not UTF-8 without control characters");
    CHECK(error_of(std::string(note_bytes_max + 1, 'x'), trusted).what.find("at most 1000000 bytes") !=
          std::string::npos);
    const std::string second = note.substr(note.find("\n\n") + 2);
    CHECK(error_of(note + second, trusted).what == "a second signature of the same key");
    std::string many = note;
    for (std::size_t i = 0; i < note_signatures_max - 2; ++i) many += "\xE2\x80\x94 one AAAAAAAA\n";
    CHECK(read_head(many, trusted)); // signatures of others are ignored
    CHECK(error_of(many + "\xE2\x80\x94 one AAAAAAAA\n", trusted).line == 105);
}

TEST_CASE("Signed heads: a key that is not trusted is an unknown signer, not a wrong signature.") {
    const std::string note = head_of(signing_key(1), {.size = 3, .root = {}});
    const NoteError error = error_of(note, trusted_keys({2, 3}));
    CHECK(error.kind == NoteErrorKind::unknown_signer);
    CHECK(error.line == 5);
    CHECK(error.what.starts_with("unknown signer: no trusted key of 'journal/test' has signed"));
    CHECK(error_of(note, {}).kind == NoteErrorKind::unknown_signer);
    const std::vector<VerifierKey> other_name{signing_key(1, "journal/other").verifier()};
    CHECK(error_of(note, other_name).kind == NoteErrorKind::unknown_signer);
    CHECK(read_head(note, trusted_keys({2, 1})));
}

TEST_CASE("Signed heads: a trusted key that has signed something else is a wrong signature.") {
    const std::string note = head_of(signing_key(1), {.size = 3, .root = {}});
    const NoteError error = error_of(with(note, "\n3\n", "\n4\n"), trusted_keys({1}));
    CHECK(error.kind == NoteErrorKind::bad_signature);
    CHECK(to_text(error) == "line 5: the signature of 'journal/test' is wrong: it is not that of this text");
}

TEST_CASE("Signed heads: both types of signature are needed, and the time is signed.") {
    const SigningKey key = signing_key(1);
    const std::string text = "journal/test\n3\n" + root_line;
    const std::string first = signature_line(key, SignatureType::note, text, 7).value();
    const std::string second = signature_line(key, SignatureType::cosignature, text, 7).value();
    const auto trusted = trusted_keys({1});
    CHECK(read_head(text + "\n" + second + first, trusted)->time_s == 7);
    CHECK(error_of(text + "\n" + first, trusted).kind == NoteErrorKind::missing_signature);
    CHECK(error_of(text + "\n" + second, trusted).kind == NoteErrorKind::missing_signature);
    CHECK(error_of(text + "\n" + first, trusted).what.find("type 04") != std::string::npos);
    CHECK(error_of(text + "\n" + second, trusted).what.find("type 01") != std::string::npos);
    const std::string other_time = signature_line(key, SignatureType::cosignature, text, 8).value();
    const std::size_t base64 = second.rfind(' ') + 1;
    const std::string mixed = second.substr(0, base64) + other_time.substr(base64, 16) + second.substr(base64 + 16);
    CHECK(error_of(text + "\n" + first + mixed, trusted).kind == NoteErrorKind::bad_signature);
}

TEST_CASE("Signed heads: while the key changes, a head may have the signatures of both keys.") {
    const std::string text = "journal/test\n3\n" + root_line;
    std::string note = text + "\n";
    for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{2}}) {
        for (const SignatureType type : {SignatureType::note, SignatureType::cosignature})
            note += signature_line(signing_key(number), type, text, 7U + number).value();
    }
    CHECK(read_head(note, trusted_keys({1}))->time_s == 8);
    CHECK(read_head(note, trusted_keys({2}))->time_s == 9);
    CHECK(read_head(note, trusted_keys({1, 2})));
}

TEST_CASE("Signed heads: a head is signed only if the tree begins with that of the last head.") {
    const SigningKey key = signing_key(1);
    chain::MemoryTree tree = random_tree(1, 7);
    const TreeHead three{.size = 3, .root = tree.root(3)};
    const TreeHead seven{.size = 7, .root = tree.root(7)};
    const std::string last = head_of(key, three);
    const auto proof = journal::chain::consistency_proof(tree, 3, 7).value();
    const auto signing = [&](const TreeHead& next, std::string_view note, std::span<const journal::chain::Hash> shown,
                             std::span<const VerifierKey> trusted = {}) {
        const auto head = sign_head(key, next, 9, LastHead{.note = note, .consistency = shown, .trusted = trusted});
        return head ? std::optional<HeadErrorKind>() : head.error().kind;
    };
    CHECK(signing(seven, last, proof) == std::nullopt);
    CHECK(signing(three, last, {}) == std::nullopt);
    CHECK(signing(seven, last, {}) == HeadErrorKind::fork);
    CHECK(signing({.size = 7, .root = random_tree(2, 7).root(7)}, last, proof) == HeadErrorKind::fork);
    CHECK(signing({.size = 3, .root = tree.root(2)}, last, {}) == HeadErrorKind::fork);
    CHECK(signing({.size = 2, .root = tree.root(2)}, last, {}) == HeadErrorKind::smaller);
    CHECK(signing({.size = 0, .root = tree.root(2)}, last, {}) == HeadErrorKind::not_a_tree);
    CHECK(signing(seven, with(last, "\n3\n", "\n4\n"), proof) == HeadErrorKind::last_invalid);
    CHECK(signing(seven, "", proof) == HeadErrorKind::last_invalid);
    CHECK(signing(seven, head_of(signing_key(2), three), proof) == HeadErrorKind::last_invalid);
    CHECK(signing(seven, head_of(signing_key(2), three), proof, trusted_keys({2})) == std::nullopt);
    const SigningKey other = signing_key(2, "journal/other");
    const std::vector<VerifierKey> both{other.verifier()};
    CHECK(signing(seven, head_of(other, three), proof, both) == HeadErrorKind::last_invalid);
    const TreeHead empty{.size = 0, .root = journal::chain::empty_tree_root()};
    CHECK(signing(seven, head_of(key, empty), {}) == std::nullopt);
}

} // namespace evenfold::tests::heads
