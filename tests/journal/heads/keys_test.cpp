#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::tests::heads {
namespace {

std::string wrong_key(const std::string& text) {
    const auto key = VerifierKey::parse(text);
    return key ? "no error" : key.error().what;
}

} // namespace

TEST_CASE("Signing keys: the public key, the ids and the text forms are those of the vector.") {
    const SigningKey key = vector_key();
    const VerifierKey& verifier = key.verifier();
    CHECK(std::ranges::equal(verifier.public_key(), octets_of(head_vector().public_key)));
    for (const SignatureType type : {SignatureType::note, SignatureType::cosignature}) {
        const std::string text = verifier.to_text(type);
        const bool is_note = type == SignatureType::note;
        const std::string id = is_note ? head_vector().note_id : head_vector().cosignature_id;
        const std::string typed = std::string(1, is_note ? '\x01' : '\x04') + head_vector().public_key;
        CHECK(text == "journal.example/plans+" + id + "+" + to_base64(typed));
        CHECK(VerifierKey::parse(text).value() == verifier);
    }
}

TEST_CASE("Verifier keys: a changed text is refused, and the error names the part.") {
    const std::string text = vector_key().verifier().to_text(SignatureType::note);
    CHECK(wrong_key("journal.example/plans").find("needs a name, an id and a key") != std::string::npos);
    CHECK(wrong_key("journal.example/plans+871fc8e2").find("needs a name") != std::string::npos);
    CHECK(wrong_key("a+871fc8e2+AQ==").find("32 bytes") != std::string::npos);
    CHECK(wrong_key("a+871fc8e2+AQ").find("32 bytes") != std::string::npos);
    CHECK(wrong_key("a+871fc8e2+" + to_base64(std::string(33, '\x06'))).find("type 06") != std::string::npos);
    CHECK(wrong_key("a b+871fc8e2+" + to_base64(std::string(33, '\x01'))).find("this name") != std::string::npos);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != text) CHECK_MESSAGE(!VerifierKey::parse(changed), changed);
    }
}

TEST_CASE("Signing keys: names and seeds that cannot be used are refused.") {
    const std::string seed(seed_bytes, 'x');
    for (const std::string name : {"", "a b", "a+b", "a\nb", "a\xC2\xA0", "\xE3\x80\x80", "a\xFF", "a\x7F"})
        CHECK_MESSAGE(!SigningKey::from_seed(name, octets_of(seed)), name);
    CHECK_FALSE(SigningKey::from_seed(std::string(name_bytes_max + 1, 'a'), octets_of(seed)));
    CHECK(SigningKey::from_seed(std::string(name_bytes_max, 'a'), octets_of(seed)));
    CHECK(SigningKey::from_seed("\xC3\xA9", octets_of(seed)));
    const auto key = SigningKey::from_seed("a", octets_of(seed).first(31));
    REQUIRE_FALSE(key);
    CHECK(key.error().what == "the seed of a signing key has 31 bytes");
}

TEST_CASE("Signing keys: a signature is verified by its own key and text alone.") {
    const SigningKey key = signing_key(1);
    const std::string signature = key.sign("text").value();
    CHECK(signature.size() == signature_bytes);
    CHECK(key.verifier().verifies("text", signature));
    CHECK_FALSE(key.verifier().verifies("texT", signature));
    CHECK_FALSE(key.verifier().verifies("text", signature.substr(1)));
    CHECK_FALSE(key.verifier().verifies("text", ""));
    CHECK_FALSE(signing_key(2).verifier().verifies("text", signature));
}

TEST_CASE("Signing keys: no copy of the seed is left in memory after the key is destroyed.") {
    if (!measures_memory) return; // a sanitizer maps more memory than can be searched
    std::string inverted(seed_bytes, '\0');
    for (std::size_t i = 0; i < inverted.size(); ++i) inverted[i] = static_cast<char>(31 * i + 89);
    std::string seed(seed_bytes, '\0');
    const auto fill = [&] {
        std::ranges::transform(inverted, seed.begin(), [](char byte) { return static_cast<char>(~byte); });
    };
    fill();
    {
        const auto key = SigningKey::from_seed("journal/test", octets_of(seed));
        journal::chain::wipe(seed.data(), seed.size());
        CHECK(key->sign("text"));
        CHECK(copies_in_memory(inverted) > 0); // the control: the search finds the key while it lives
    }
    CHECK(copies_in_memory(inverted) == 0);
}

TEST_CASE("Text forms: each value has exactly one base64 and one decimal form.") {
    CHECK(to_base64("") == "");
    CHECK(from_base64("") == "");
    CHECK(to_base64("a") == "YQ==");
    CHECK(from_base64("YWI=") == "ab");
    CHECK(from_base64("YWJj") == "abc");
    for (const std::string text :
         {"YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "YQ= ", "====", "=", "Y===", "YWI-", "Y\nQ="})
        CHECK_MESSAGE(!from_base64(text), text);
    CHECK(number_from("0") == 0U);
    CHECK(number_from("18446744073709551615") == UINT64_MAX);
    for (const std::string text : {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "18446744073709551616"})
        CHECK_MESSAGE(!number_from(text), text);
}

} // namespace evenfold::tests::heads
