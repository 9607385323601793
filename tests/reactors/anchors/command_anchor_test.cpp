#include "evenfold/reactors/anchors/command_anchor.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>

#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/reactors/anchors/anchored_journal.hpp"

namespace evenfold::tests::anchors {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::unique_ptr<Anchor> shell(const std::string& script) {
    return open_command_anchor({.command = {"/bin/sh", "-c", script}});
}

/// Returns an anchor that sends requests to a witness, which `script` is.
std::unique_ptr<Anchor> witness(const std::string& script, std::vector<journal::heads::VerifierKey> keys = {}) {
    return open_command_anchor(
        {.command = {"/bin/sh", "-c", script}, .is_witness = true, .witnesses = std::move(keys)});
}

journal::heads::SigningKey witness_signer(std::uint8_t number) {
    return heads::signing_key(number, "witness.example/w" + std::to_string(number));
}

/// Returns the cosignature of a head by this witness, as a line.
std::string cosignature(const std::string& note, const journal::heads::SigningKey& key) {
    const std::string text(journal::heads::parse_note(note).value().text);
    return signature_line(key, journal::heads::SignatureType::cosignature, text, 1'790'000'002).value();
}

std::string error_of(const std::expected<AnchorReceipt, Failure>& receipt) {
    return receipt ? "no error" : receipt.error().what;
}

} // namespace

TEST_CASE("Command anchor: the program gets the head and the old size, and its output is the response.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto anchor = shell("cat > '" + (folder / "head").string() + "'; echo \"after $EVENFOLD_ANCHOR_OLD_SIZE\"");
    CHECK(anchor->publish(journal.publication(7, 3)).value() ==
          AnchorReceipt{.response = "after 3\n", .note = journal.head(7)});
    CHECK(bytes_of_file(folder / "head") == journal.head(7));
    CHECK(anchor->publish(journal.publication(7)).value().response == "after 0\n");
    CHECK_FALSE(anchor->newest().value());
    CHECK(anchor->heads().value().empty());
    CHECK(open_command_anchor({.command = {"sh", "-c", "a 'b'"}})->name() == "command:sh -c 'a '\\''b'\\'''");
}

TEST_CASE("Command anchor: the program inherits the environment without the secret.") {
    const AnchoredJournal journal;
    ::setenv("EVENFOLD_HMAC_SECRET", "a secret that no program may have", 1); // NOLINT(concurrency-mt-unsafe)
    ::setenv("EVENFOLD_ANCHOR_OLD_SIZE", "99", 1);                            // NOLINT(concurrency-mt-unsafe)
    const auto receipt = shell("env")->publish(journal.publication(7, 3));
    ::unsetenv("EVENFOLD_HMAC_SECRET");     // NOLINT(concurrency-mt-unsafe)
    ::unsetenv("EVENFOLD_ANCHOR_OLD_SIZE"); // NOLINT(concurrency-mt-unsafe)
    REQUIRE(receipt);
    CHECK(receipt->response.find("PATH=") != std::string::npos);
    CHECK(receipt->response.find("EVENFOLD_ANCHOR_OLD_SIZE=3\n") != std::string::npos);
    CHECK(receipt->response.find("secret") == std::string::npos);
    CHECK(receipt->response.find("=99") == std::string::npos);
}

TEST_CASE("Command anchor: a program that fails, is missing or is killed has not taken the head.") {
    const AnchoredJournal journal;
    const HeadPublication head = journal.publication(7, 3);
    CHECK(error_of(shell("echo 'no route' >&2; echo 'to host' >&2; exit 22")->publish(head)) ==
          "command:/bin/sh -c 'echo '\\''no route'\\'' >&2; echo '\\''to host'\\'' >&2; exit 22' ended with 22: no "
          "route to "
          "host");
    CHECK(error_of(shell("exit 1")->publish(head)) == "command:/bin/sh -c 'exit 1' ended with 1: it printed no error");
    CHECK(error_of(shell("kill -9 $$")->publish(head)).find("was ended by signal 9") != std::string::npos);
    CHECK(error_of(shell("printf '\\033[2J' >&2; exit 1")->publish(head)).find('\x1b') == std::string::npos);
    const auto missing = open_command_anchor({.command = {"/no/such/program"}})->publish(head);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == FailureKind::not_started);
    CHECK(missing.error().what == "/no/such/program cannot be started: No such file or directory");
}

TEST_CASE("Command anchor: a smaller head than the last one, and an unsigned one, are not sent.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto anchor = shell("touch '" + (folder / "ran").string() + "'");
    const auto smaller = anchor->publish(journal.publication(7, 8));
    REQUIRE_FALSE(smaller);
    CHECK(smaller.error().kind == FailureKind::inconsistent);
    CHECK(smaller.error().what.ends_with(": has a head of 8 events, and this head has only 7"));
    HeadPublication wrong = journal.publication(7);
    wrong.note.replace(wrong.note.find("\n7\n"), 3, "\n8\n");
    CHECK(error_of(anchor->publish(wrong)).starts_with("the head to anchor is not valid: line 5: "));
    CHECK_FALSE(std::filesystem::exists(folder / "ran"));
}

TEST_CASE("Command anchor: a program that does not read its input, or prints much, does not block.") {
    const AnchoredJournal journal;
    CHECK(shell("exec <&-; echo taken")->publish(journal.publication(7)).value().response == "taken\n");
    CHECK(shell("true")->publish(journal.publication(7)).value().response.empty());
    const auto receipt =
        shell("cat > /dev/null; head -c 1000000 /dev/zero | tr '\\0' x")->publish(journal.publication(7));
    REQUIRE(receipt);
    CHECK(receipt->response == std::string(command_output_bytes_max, 'x'));
}

TEST_CASE("Command anchor: at the deadline, the program and all that it started are killed.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const std::string alive = (folder / "alive").string();
    // The grandchild holds a lock on a file as long as it lives.
    const std::string script = "( exec 9> '" + alive + "'; flock 9; echo locked; exec sleep 1000 ) & wait";
    const auto anchor = open_command_anchor({.command = {"/bin/sh", "-c", script}, .deadline = milliseconds(300)});
    const auto before = steady_clock::now();
    const auto receipt = anchor->publish(journal.publication(7));
    CHECK(steady_clock::now() - before >= milliseconds(300));
    CHECK(steady_clock::now() - before < milliseconds(20'000));
    REQUIRE_FALSE(receipt);
    CHECK(receipt.error().kind == FailureKind::ended);
    CHECK(receipt.error().what.ends_with("was killed, because it had not ended after 300 ms"));
    const auto free = shell("flock -n 9 9> '" + alive + "' && echo free")->publish(journal.publication(7));
    CHECK(free.value().response == "free\n");
}

TEST_CASE("Witness: the request is that of C2SP, and the cosignature is added to the head.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto key = witness_signer(7);
    const std::string line = cosignature(journal.head(7), key);
    const std::string save = "cat > '" + (folder / "request").string() + "'; ";
    const auto receipt =
        witness(save + "printf '%s' '" + line + "'", {key.verifier()})->publish(journal.publication(7, 3));
    REQUIRE(receipt);
    CHECK(receipt->note == journal.head(7) + line);
    CHECK(receipt->response == line);
    std::string request = "old 3\n";
    const journal::chain::TreeProof proof = journal.publication(7).consistency(3).value();
    for (const auto& hash : proof) request += journal::heads::to_base64(journal::chain::bytes_of(hash)) + "\n";
    CHECK(bytes_of_file(folder / "request") == request + "\n" + journal.head(7));
    REQUIRE(witness(save + "printf '%s' '" + line + "'")->publish(journal.publication(7)));
    CHECK(bytes_of_file(folder / "request") == "old 0\n\n" + journal.head(7));
    REQUIRE(witness(save + "printf '%s' '" + line + "'")->publish(journal.publication(7, 7)));
    CHECK(bytes_of_file(folder / "request") == "old 7\n\n" + journal.head(7));
}

TEST_CASE("Witness: cosignatures of unknown keys are left out, and wrong or missing ones are refused.") {
    const AnchoredJournal journal;
    const auto key = witness_signer(7);
    const std::string note = journal.head(7);
    const std::string own = cosignature(note, key);
    const std::string stranger = cosignature(note, witness_signer(8));
    const auto publish = [&](const std::string& output, std::vector<journal::heads::VerifierKey> keys = {}) {
        const auto receipt = witness("printf '%s' '" + output + "'", std::move(keys))->publish(journal.publication(7));
        return receipt ? receipt->note : receipt.error().what.substr(receipt.error().what.find(": the output"));
    };
    const std::string none = ": the output has no cosignature of a witness: ";
    CHECK(publish(own + stranger, {key.verifier()}) == note + own);
    CHECK(publish(own + stranger) == note + own + stranger);
    CHECK(publish(own + own) == note + own);
    CHECK(publish(stranger, {key.verifier()}) == none + "none is by a known witness");
    CHECK(publish("") == none + "it is empty");
    CHECK(publish("ok\n") == none + "after the head, line 7: a signature begins with an em dash and a space");
    CHECK(
        publish(own.substr(0, own.size() - 1)).starts_with(none + "after the head, line 7: the last line has no line"));
    CHECK(publish("\n" + own) == none + "it has an empty line");
    const std::string wrong = cosignature(journal.head(8), key); // of another head
    CHECK(publish(wrong, {key.verifier()}) ==
          none + "line 7: the signature of 'witness.example/w7' is wrong: it is not that of this text and time");
    const std::string by_journal = cosignature(note, heads::signing_key(9, "journal/test"));
    CHECK(publish(by_journal) == none + "none is by a known witness"); // a witness cannot sign for the journal
}

TEST_CASE("Witness: one that has another head is asked once more with a proof from there.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto key = witness_signer(7);
    const std::string line = cosignature(journal.head(7), key);
    const std::string log = (folder / "sizes").string();
    const auto with_size = [&](const std::string& size) {
        return witness("cat > /dev/null; echo $EVENFOLD_ANCHOR_OLD_SIZE >> '" + log +
                           "'; if [ $EVENFOLD_ANCHOR_OLD_SIZE != " + size + " ]; then echo " + size +
                           "; exit 22; fi; printf '%s' '" + line + "'",
                       {key.verifier()});
    };
    CHECK(with_size("5")->publish(journal.publication(7, 3)).value().note == journal.head(7) + line);
    CHECK(bytes_of_file(log) == "3\n5\n");
    const auto ahead = with_size("8")->publish(journal.publication(7, 3));
    REQUIRE_FALSE(ahead);
    CHECK(ahead.error().kind == FailureKind::inconsistent);
    CHECK(ahead.error().what.ends_with(": has a head of 8 events, and this head has only 7"));
    const auto wrong = witness("cat > /dev/null; echo 4; exit 22")->publish(journal.publication(7, 4));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == FailureKind::ended);
}

} // namespace evenfold::tests::anchors
