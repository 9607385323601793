#include "evenfold/journal/exchange/signed_end.hpp"

#include <doctest/doctest.h>

#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::exchange {
namespace {

using heads::signing_key;

std::string signed_text(const journal::heads::SigningKey& key) {
    chain::MemoryChainSource source(chain::short_history(3).stored);
    return text_of(source, {.line_bytes_max = default_line_bytes_max, .sign_end = end_signer(key)});
}

ExportReaderOptions trusting(const journal::heads::SigningKey& key) {
    ExportReaderOptions options;
    options.read_end = end_reader({key.verifier()});
    return options;
}

} // namespace

TEST_CASE("Signed end: a note with the count and the digest proves the whole text.") {
    const auto key = signing_key(1);
    const std::string text = signed_text(key);
    CHECK(text.find(R"("note":"evenfold/export/v1\njournal/test\nlines 5\nsha256 )") != std::string::npos);
    CHECK(verified(text, chain::trust_of(1), trusting(key))->ok());
    CHECK(signed_text(key) == text);
}

TEST_CASE("Signed end: another signer, another export and a wrong signature are found.") {
    const auto key = signing_key(1);
    const std::string text = signed_text(key);
    CHECK(error_of(text, trusting(signing_key(2)))
              .starts_with("F:6: the signed end is not valid: line 6: unknown signer"));
    std::string other = text;
    other.replace(other.find("lines 5"), 7, "lines 6");
    CHECK(error_of(other, trusting(key)).starts_with("F:6: the signed end is not valid: line 6: the signature of"));

    chain::MemoryChainSource longer(chain::short_history(4).stored);
    const std::string longer_text =
        text_of(longer, {.line_bytes_max = default_line_bytes_max, .sign_end = end_signer(key)});
    const std::string note = longer_text.substr(longer_text.find(R"("note":"evenfold/export)"));
    other = text.substr(0, text.find(R"("note":"evenfold/export)")) + note;
    CHECK(error_of(other, trusting(key)) == "F:6: the signed end is that of another export");
}

TEST_CASE("Signed end: a key of another journal signs nothing.") {
    const auto key = signing_key(1, "journal/another");
    const auto note = end_signer(key)({.origin = "journal/test", .lines = 1, .digest = {}, .distrust = {}});
    REQUIRE_FALSE(note);
    CHECK(note.error().what == "the export's origin 'journal/test' is not the name of the signing key");
}

} // namespace evenfold::tests::exchange
