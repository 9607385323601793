#include <doctest/doctest.h>

#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::heads {
namespace {

SignedRemoval some_removal() {
    return {.origin = "journal/test",
            .ranges = {{3, 5}, {9, 9}},
            .leaves = journal::chain::hash_of("leaves"),
            .by = "Ada",
            .reason = "retention of 90 days",
            .time_s = 1'790'000'001};
}

std::string some_note() {
    return sign_removal(signing_key(1), some_removal()).value();
}

SignedRemoval some_erasure() {
    SignedRemoval erasure = some_removal();
    erasure.kind = DigestChange{.size = 12, .before = "00ff", .after = "01"};
    return erasure;
}

/// Returns the error of `note`, with its line `line` replaced by `text` before it was signed.
NoteError error_of_line(std::size_t line, const std::string& text, const std::string& note = some_note()) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < line; ++i) begin = note.find('\n', begin) + 1;
    std::string changed = note.substr(0, note.find("\n\n") + 1);
    changed.replace(begin, changed.find('\n', begin) - begin, text);
    const std::string signature = signature_line(signing_key(1), SignatureType::note, changed, 0).value();
    const std::vector<VerifierKey> trusted{signing_key(1).verifier()};
    const auto removal = read_removal(changed + "\n" + signature, trusted);
    return removal ? NoteError{.what = "no error"} : removal.error();
}

} // namespace

TEST_CASE("Signed removals: the note has eight lines, and is read as it was signed.") {
    const std::string note = some_note();
    CHECK(note.starts_with("evenfold/removal/v1\njournal/test\nranges 3-5 9\ncount 4\nleaves "));
    CHECK(note.find("\nby Ada\nreason retention of 90 days\ntime 1790000001\n\n") != std::string::npos);
    const std::vector<VerifierKey> trusted{signing_key(1).verifier()};
    const auto read = read_removal(note, trusted);
    REQUIRE(read);
    CHECK(sign_removal(signing_key(1), *read).value() == note);
    CHECK(read->ranges.size() == 2);
    CHECK(read->leaves == some_removal().leaves);
}

TEST_CASE("Signed removals: the note of an erasure has three more lines, and is read as it was signed.") {
    const std::string note = sign_removal(signing_key(1), some_erasure()).value();
    CHECK(note.starts_with("evenfold/erasure/v1\njournal/test\nranges 3-5 9\n"));
    CHECK(note.find("\ntime 1790000001\nsize 12\nbefore 00ff\nafter 01\n\n") != std::string::npos);
    const std::vector<VerifierKey> trusted{signing_key(1).verifier()};
    const auto read = read_removal(note, trusted);
    REQUIRE(read);
    CHECK(read->kind == some_erasure().kind);
    CHECK(sign_removal(signing_key(1), *read).value() == note);
    CHECK(error_of_line(9, "size 9", note).what == "no error");
    CHECK(error_of_line(9, "size 8", note).line == 9);
    CHECK(error_of_line(9, "size x", note).line == 9);
    CHECK(error_of_line(10, "before 0F", note).line == 10);
    CHECK(error_of_line(10, "before " + std::string(129, '0'), note).line == 10);
    CHECK(error_of_line(11, "after ", note).line == 11);
    CHECK(error_of_line(11, "after 1\nmore", note).line == 12);
    CHECK(error_of_line(1, "evenfold/removal/v1", note).line == 9);
    CHECK(error_of_line(1, "evenfold/erasure/v1").line == 9);
}

TEST_CASE("Signed removals: the notes of the vector are read, and signed again with the same bytes.") {
    const HeadVector& vector = head_vector();
    const std::vector<VerifierKey> trusted{vector_key().verifier()};
    for (const std::string& note : {vector.removal_note, vector.erasure_note}) {
        const auto read = read_removal(note, trusted);
        REQUIRE(read);
        CHECK(read->ranges.size() == 1);
        CHECK(read->ranges.front().first == 2);
        CHECK(read->ranges.front().last == 2);
        CHECK(journal::chain::bytes_of(read->leaves) == vector.removed_leaves);
        CHECK(std::holds_alternative<DigestChange>(read->kind) == (note == vector.erasure_note));
        CHECK(sign_removal(vector_key(), *read).value() == note);
    }
}

TEST_CASE("Signed removals: the note of a compaction has 13 lines, and is read as it was signed.") {
    const auto one = journal::chain::hash_of("1");
    const auto two = journal::chain::hash_of("2");
    SignedRemoval compaction = some_removal();
    compaction.kind = CompactionTerms{.digests = {.size = 12, .before = "00ff", .after = "01"},
                                      .function = "plans/1",
                                      .replaced = {{4, one}, {9, two}}};
    const std::string note = sign_removal(signing_key(1), compaction).value();
    CHECK(note.starts_with("evenfold/compaction/v1\njournal/test\nranges 3-5 9\n"));
    const std::string first = to_base64(journal::chain::bytes_of(one));
    const std::string second = to_base64(journal::chain::bytes_of(two));
    CHECK(note.find("\nafter 01\nfunction plans/1\nreplaced 4:" + first + " 9:" + second + "\n\n") !=
          std::string::npos);
    const std::vector<VerifierKey> trusted{signing_key(1).verifier()};
    const auto read = read_removal(note, trusted);
    REQUIRE(read);
    CHECK(read->kind == compaction.kind);
    const auto statement = statement_of(*read);
    REQUIRE(statement.replacing(9));
    CHECK(statement.replacing(9)->payload_hash == two);
    CHECK(!statement.replacing(5));
    CHECK(statement.has(5));
    CHECK(!statement.has(6));
    CHECK(error_of_line(13, "replaced", note).what == "no error");
    for (const std::string& list : {" 4:" + first + " 3:" + second, " 6:" + first, " 4:" + first + " 4:" + first,
                                    " 4:" + first.substr(1), " 4" + first, "4:" + first, " 4:" + first + " "})
        CHECK_MESSAGE(error_of_line(13, "replaced" + list, note).line == 13, list);
    CHECK(error_of_line(12, "function two words", note).line == 12);
    CHECK(error_of_line(12, "function ", note).line == 12);
    CHECK(error_of_line(9, "size 8", note).line == 9);
    CHECK(error_of_line(13, "replaced\nmore", note).line == 14);
    CHECK(error_of_line(1, "evenfold/erasure/v1", note).line == 12);
    CHECK(error_of_line(1, "evenfold/removal/v1", note).line == 9);
}

TEST_CASE("Signed removals: the error for a wrong text names its line, although its signature is right.") {
    CHECK(error_of_line(6, "by Eve").what == "no error");
    CHECK(error_of_line(1, "evenfold/removal/v2").line == 1);
    CHECK(error_of_line(2, "journal test").line == 2);
    for (const std::string ranges :
         {"", " 0-3", " 5-3", " 3-3", " 3-5 6", " 3-5 4", " 9 3", "  3", " 3 ", " 03", " 3-"})
        CHECK_MESSAGE(error_of_line(3, "ranges" + ranges).line == 3, ranges);
    CHECK(error_of_line(4, "count 5").line == 4);
    CHECK(error_of_line(5, "leaves AAAA").line == 5);
    CHECK(error_of_line(6, "by ").line == 6);
    CHECK(error_of_line(7, "because").line == 7);
    CHECK(error_of_line(8, "time 01").line == 8);
    CHECK(error_of_line(8, "time 1\nmore").line == 9);
}

TEST_CASE("Signed removals: those that could not be read again are not signed.") {
    const auto error_of = [](auto&& change) {
        SignedRemoval removal = some_removal();
        change(removal);
        const auto note = sign_removal(signing_key(1), removal);
        return note ? std::string("no error") : note.error().what;
    };
    CHECK(error_of([](SignedRemoval&) {}) == "no error");
    CHECK(error_of([](SignedRemoval& of) { of.origin = "journal/other"; }).find("name of the key") !=
          std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.ranges.clear(); }).find("line 3") != std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.ranges = {{5, 3}}; }).find("line 3") != std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.by = ""; }).find("line 6") != std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.by = "A\nreason B"; }).find("line") != std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.reason = "\x01"; }).find("control characters") != std::string::npos);
    CHECK(error_of([](SignedRemoval& of) { of.reason.assign(note_bytes_max, 'x'); }).find("more than 1000000") !=
          std::string::npos);
}

TEST_CASE("Signed removals: only the note signature of a trusted key counts, and a head is no removal.") {
    const std::string note = some_note();
    const std::vector<VerifierKey> other{signing_key(2).verifier()};
    const std::vector<VerifierKey> trusted{signing_key(1).verifier()};
    CHECK(read_removal(note, other).error().kind == NoteErrorKind::unknown_signer);
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    const std::string cosigned =
        text + "\n" + signature_line(signing_key(1), SignatureType::cosignature, text, 7).value();
    CHECK(read_removal(cosigned, trusted).error().kind == NoteErrorKind::missing_signature);
    const std::string head = sign_head(signing_key(1), {.size = 1, .root = {}}, 7, std::nullopt).value();
    CHECK(read_removal(head, trusted).error().line == 1);
    CHECK(read_head(note, trusted).error().kind == NoteErrorKind::malformed);
}

} // namespace evenfold::tests::heads
