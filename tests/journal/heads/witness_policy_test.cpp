#include "evenfold/journal/heads/witness_policy.hpp"

#include <doctest/doctest.h>

#include <array>

#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::heads {
namespace {

SigningKey witness(std::uint8_t number) {
    return signing_key(number, "witness.example/w" + std::to_string(number));
}

std::string witness_key(std::uint8_t number) {
    return witness(number).verifier().to_text(SignatureType::cosignature);
}

std::string line_of(std::uint8_t number) {
    return "witness W" + std::to_string(number) + " " + witness_key(number) + "\n";
}

/// Returns the head of the vector, cosigned by these witnesses.
std::string cosigned_by(const std::vector<std::uint8_t>& witnesses) {
    std::string note = head_vector().note;
    const std::string text(parse_note(head_vector().note).value().text);
    for (const std::uint8_t number : witnesses)
        note += signature_line(witness(number), SignatureType::cosignature, text, 1'790'000'002).value();
    return note;
}

std::string log_line() {
    return "log " + vector_key().verifier().to_text(SignatureType::note) + "\n";
}

// The example of C2SP tlog-policy, with witnesses 1 to 3 as X and 4 to 6 as Y.
std::string example() {
    return log_line() + "\n" + line_of(1) + line_of(2) + line_of(3) + "group X-witnesses 2 W1 W2 W3\n\n" + line_of(4) +
           line_of(5) + line_of(6) + "group Y-witnesses any W4 W5 W6\n\ngroup X-and-Y all X-witnesses Y-witnesses\n" +
           "quorum X-and-Y\n";
}

std::string parse_error(const std::string& text) {
    const auto policy = WitnessPolicy::parse(text);
    return policy ? "no error" : to_text(policy.error());
}

std::string check(const std::string& policy, const std::string& note) {
    const auto parsed = WitnessPolicy::parse(policy);
    REQUIRE(parsed);
    const auto cosigned = parsed->check(note);
    if (!cosigned) return to_text(cosigned.error());
    std::string names = "met:";
    for (const std::string& name : *cosigned) names += " " + name;
    return names;
}

} // namespace

TEST_CASE("Policies: the example of the specification is read, and its quorum is checked.") {
    const auto policy = WitnessPolicy::parse(example());
    REQUIRE(policy);
    CHECK(policy->logs().size() == 1);
    CHECK(policy->witnesses().size() == 6);
    CHECK(policy->witness_keys()[4] == witness(5).verifier());
    CHECK(check(example(), cosigned_by({1, 3, 5})) == "met: W1 W3 W5");
    CHECK(check(example(), cosigned_by({1, 2, 3, 4, 5, 6})) == "met: W1 W2 W3 W4 W5 W6");
    CHECK(check(example(), cosigned_by({1, 2, 3})) ==
          "the quorum 'X-and-Y' is not met: it needs 2 of its 2 members and has 1; cosigned by W1 W2 W3");
    CHECK(check(example(), cosigned_by({1, 4, 5, 6})) ==
          "the quorum 'X-and-Y' is not met: it needs 2 of its 2 members and has 1; cosigned by W1 W4 W5 W6");
    CHECK(check(example(), head_vector().note) ==
          "the quorum 'X-and-Y' is not met: it needs 2 of its 2 members and has 0; cosigned by nobody");
    CHECK(policy->check(head_vector().note).error().kind == NoteErrorKind::too_few_witnesses);
}

TEST_CASE("Policies: every subset of witnesses meets a threshold exactly if it is large enough.") {
    for (const unsigned threshold : {1U, 2U, 3U}) {
        const std::string policy =
            line_of(1) + line_of(2) + line_of(3) + "group G " + std::to_string(threshold) + " W1 W2 W3\nquorum G\n";
        for (unsigned subset = 0; subset < 8; ++subset) {
            std::vector<std::uint8_t> members;
            for (const std::uint8_t number : std::array<std::uint8_t, 3>{1, 2, 3})
                if ((subset >> (number - 1U) & 1U) != 0) members.push_back(number);
            CHECK(check(policy, cosigned_by(members)).starts_with("met:") == (members.size() >= threshold));
        }
    }
}

TEST_CASE("Policies: the quorum may be one witness, or none.") {
    CHECK(check(line_of(1) + "quorum W1\n", cosigned_by({1})) == "met: W1");
    CHECK(check(line_of(1) + "quorum W1\n", cosigned_by({2})) ==
          "the quorum 'W1' is not met: it is a witness that has not cosigned; cosigned by nobody");
    CHECK(check("quorum none\n", head_vector().note) == "met:");
    CHECK(check(line_of(1) + "quorum none\n", cosigned_by({1})) == "met: W1");
}

TEST_CASE("Policies: a head of a log that is not listed, and a wrong signature of a listed key, are refused.") {
    const std::string other = "log " + signing_key(9, "journal/other").verifier().to_text(SignatureType::note) + "\n";
    CHECK(check(other + "quorum none\n", head_vector().note).starts_with("line 5: unknown signer: "));
    CHECK(check(other + log_line() + "quorum none\n", head_vector().note) == "met:");
    std::string wrong = head_vector().note;
    wrong += signature_line(witness(1), SignatureType::cosignature, "another text\n", 1).value();
    CHECK(check(line_of(1) + "quorum none\n", wrong) ==
          "line 7: the signature of 'witness.example/w1' is wrong: it is not that of this text and time");
    std::string plain = head_vector().note; // a note signature is no cosignature
    plain += signature_line(witness(1), SignatureType::note, parse_note(head_vector().note).value().text, 0).value();
    CHECK(check(line_of(1) + "quorum W1\n", plain).starts_with("the quorum 'W1' is not met"));
}

TEST_CASE("Policies: white space, comments and URLs are read as the specification has them.") {
    const std::string policy = "# a comment\n \t# another one\n\n \t\n\twitness\tW1   " + witness_key(1) +
                               "\thttps://witness.example/w1 \nquorum W1  \n";
    REQUIRE(WitnessPolicy::parse(policy));
    CHECK(WitnessPolicy::parse(policy)->witnesses().front().url == "https://witness.example/w1");
    CHECK(parse_error("witness \xE2\x84\xAA " + witness_key(1) + "\nquorum \xE2\x84\xAA\n") == "no error");
    CHECK(parse_error("witness \xE2\x84\xAA " + witness_key(1) + "\nquorum K\n") ==
          "line 2: 'K' is no witness or group of an earlier line");
    CHECK(parse_error("witness \xFF " + witness_key(1) + "\nquorum \xFF\n") == "no error"); // names are bytes
}

TEST_CASE("Policies: a wrong line is refused with its number and the reason.") {
    const std::string w1 = line_of(1);
    const std::string w2 = line_of(2);
    CHECK(parse_error("") == "the policy has no line `quorum NAME`");
    CHECK(parse_error(w1) == "the policy has no line `quorum NAME`");
    CHECK(parse_error("quorum none") == "line 1: the last line has no line break");
    CHECK(parse_error("quorum none\r\n") == "line 1: a control character other than a tab");
    CHECK(parse_error("quorum none\nquorum none\n") == "line 2: a second line `quorum`");
    CHECK(parse_error("quorum W1\n" + w1) == "line 1: 'W1' is no witness or group of an earlier line");
    CHECK(parse_error("quorum\n") == "line 1: expected `quorum NAME` or `quorum none`");
    CHECK(parse_error("Quorum none\n") ==
          "line 1: 'Quorum' begins no line of a policy: expected log, witness, group or quorum");
    CHECK(parse_error(w1 + "witness W1 " + witness_key(2) + "\n") == "line 2: 'W1' is the name of an earlier line");
    CHECK(parse_error(w1 + "witness W2 " + witness_key(1) + "\n") == "line 2: this key is on an earlier line");
    CHECK(parse_error(log_line() + log_line()) == "line 2: this key is on an earlier line");
    CHECK(parse_error("witness none " + witness_key(1) + "\n") ==
          "line 1: no witness or group can have the name 'none'");
    CHECK(parse_error("witness W1\n") == "line 1: expected `witness NAME VKEY [URL]`");
    CHECK(parse_error("log\n") == "line 1: expected `log VKEY [URL]`");
    CHECK(parse_error("witness W1 " + witness(1).verifier().to_text(SignatureType::note) + "\n") ==
          "line 1: the verifier key of a witness must have the type 04, of cosignatures");
    CHECK(parse_error("witness W1 key\n") == "line 1: a verifier key needs a name, an id and a key");
    CHECK(parse_error(w1 + "group G any none\n") == "line 2: 'none' is no witness or group of an earlier line");
    CHECK(parse_error(w1 + "group G any W1 W1\n") == "line 2: 'W1' is already a member of a group");
    CHECK(parse_error(w1 + w2 + "group G any W1\ngroup H all G W1\n") == "line 4: 'W1' is already a member of a group");
    CHECK(parse_error(w1 + "group G any G\n") == "line 2: 'G' is no witness or group of an earlier line");
    CHECK(parse_error(w1 + "group G any\n") == "line 2: expected `group NAME K|any|all MEMBER...`");
    for (const std::string threshold : {"0", "3", "01", "-1", "some", "18446744073709551617"})
        CHECK(parse_error(w1 + w2 + "group G " + threshold + " W1 W2\n") ==
              "line 3: '" + threshold + "' is not a threshold: expected any, all or a number from 1 to 2");
}

TEST_CASE("Policies: deeply nested and large policies are bounded.") {
    std::string nested = line_of(1) + "group G0 any W1\n";
    for (int i = 1; i < 998; ++i) nested += "group G" + std::to_string(i) + " all G" + std::to_string(i - 1) + "\n";
    CHECK(check(nested + "quorum G997\n", cosigned_by({1})) == "met: W1");
    nested += "group G998 all G997\n";
    CHECK(parse_error(nested + "group G999 all G998\n") ==
          "line 1001: a policy has at most 1000 logs, and 1000 witnesses and groups");
    CHECK(parse_error(std::string(1'000'001, '\n')) == "a policy has at most 1000000 bytes: this one has 1000001");
}

} // namespace evenfold::tests::heads
