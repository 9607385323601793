#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "evenfold/tests/cli/journal/signed_project.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

// Signed heads: the writer signs them, `anchor` keeps them elsewhere, `verify` compares with them, and `proof` is
// evidence for one event.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("keys: signer creates the key with the name of the journal, and never overwrites one.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    CHECK(verifier.starts_with("journal.example/work+"));
    check_refused(project.run({"keys", "signer", "signer"}), 1, "signer/signer.pub: exists already");
    check_refused(project.run({"keys", "signer"}), 2, "needs the folder of the new key");
}

TEST_CASE("verify: a head that the writer signed at its end is checked with the signer's key.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    project.add_event("u");
    const ProgramResult verified = project.signed_run({"verify", "--signer", verifier});
    CHECK(verified.exit == 0);
    CHECK(!has(verified.out, "no key of a signer was given"));
    CHECK(has(project.signed_run({"verify"}).out, "who signed 1 head: no key of a signer was given"));
    CHECK(project.signed_run({"verify", "--public", "--signer", "signer/signer.pub"}).exit == 0);
    REQUIRE(project.run({"keys", "signer", "other"}).exit == 0);
    const ProgramResult other = project.signed_run({"verify", "--json", "--signer", "other/signer.pub"});
    CHECK(other.exit == 1);
    CHECK(other.json()["reason"] == "head_invalid");
}

TEST_CASE("verify: from the newest head on, and of one stream alone.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    project.add_event("u");
    REQUIRE(project.run({"--keys", "keys", "submit"}, update_project).exit == 0); // no head
    const Json rest = project.signed_run({"verify", "--json", "--from-head", "--signer", verifier}).json();
    CHECK(rest["scope"] == "from_head");
    CHECK(rest["ok"] == true);
    CHECK(rest["first"] == 3);
    check_refused(project.signed_run({"verify", "--from-head"}), 2, "--from-head needs the key of the signer");
    const Json stream =
        project.signed_run({"verify", "--json", "--stream", "project-0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01"}).json();
    CHECK(stream["scope"] == "stream");
    CHECK(stream["ok"] == true);
}

TEST_CASE("anchor: a head is kept in a file, in a repository and by a command, and a cut journal is found by it.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    REQUIRE(git_test::run_git(project.folder(), {"init", "-q", "--bare", "heads.git"}).exit == 0);
    fs::copy(project.folder() / ".evenfold/journal.db", project.folder() / "old.db");
    project.add_event("u");
    const ProgramResult kept = project.run({"--signing-key", "signer", "anchor", "--to", "file:heads", "--to",
                                            "git:heads.git", "--to", "command:sh -c 'cat > sent'"});
    CHECK(kept.exit == 0);
    CHECK(has(kept.out, "file:heads: has the head of 2 events\n"));
    CHECK(has(content(project.path("sent")), "journal.example/work\n2\n"));
    for (const std::string anchor : {"file:heads", "git:heads.git"}) {
        const ProgramResult verified = project.signed_run({"verify", "--signer", verifier, "--anchor", anchor});
        CHECK(verified.exit == 0);
        CHECK(has(verified.out, "anchored   up to event 2 by " + anchor));
    }
    CHECK(project.signed_run({"verify", "--signer", verifier, "--head", "sent"}).exit == 0);
    // An older copy of the file is right in itself.
    const Json old =
        project.signed_run({"--db", "old.db", "verify", "--json", "--signer", verifier, "--anchor", "file:heads"})
            .json();
    CHECK(old["reason"] == "truncated");
    CHECK(project.signed_run({"--db", "old.db", "verify", "--json"}).json()["ok"] == true); // the control
}

TEST_CASE("anchor: without a signing key, the newest head is published that another program has signed.") {
    SignedProject project;
    check_refused(project.run({"anchor", "--to", "file:heads"}), 2, "no key was given that signs or verifies heads");
    const std::string verifier = project.add_signer();
    check_refused(project.run({"anchor", "--to", "file:heads", "--signer", verifier}), 1,
                  "the journal has no signed head");
    project.add_event("u");
    CHECK(project.run({"anchor", "--to", "file:heads", "--signer", verifier}).exit == 0);
    check_refused(project.run({"anchor", "--to", "nowhere", "--signer", verifier}), 2, "nowhere");
    const ProgramResult failed =
        project.run({"anchor", "--to", "file:no/heads", "--to", "file:more", "--signer", verifier});
    CHECK(failed.exit == 3);
    CHECK(has(failed.out, "file:more: has the head"));
    CHECK(has(failed.err, "no/heads"));
}

TEST_CASE("anchor: --follow publishes each new head until it is interrupted, and the last one then.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    RunningProgram following(project.folder(), {"--signing-key", "signer", "anchor", "--follow", "--to", "file:heads"});
    CHECK(following.line() == "file:heads: has the head of 1 event");
    project.add_event("u");
    following.signal(SIGTERM);
    const ProgramResult ended = following.finish();
    CHECK(ended.exit == 0);
    CHECK(ended.out == "file:heads: has the head of 2 events\n");
    CHECK(project.signed_run({"verify", "--signer", verifier, "--anchor", "file:heads"}).exit == 0);
}

TEST_CASE("verify: heads count only if the witnesses of the policy have cosigned them.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    project.add_event("u");
    REQUIRE(project.signed_run({"anchor", "--to", "file:heads"}).exit == 0);
    project.write("policy", "log " + verifier + "\nquorum none\n");
    const Arguments verify{"verify", "--signer", verifier, "--anchor", "file:heads", "--policy", "policy"};
    CHECK(project.signed_run(verify).exit == 0);
    project.write("policy", "log " + verifier + "\nwitness W w.example+c1a5d0c3+BGm2\nquorum W\n");
    check_refused(project.signed_run(verify), 2, "policy: line 2");
    project.write("policy", "quorum\n");
    check_refused(project.signed_run(verify), 2, "policy: line 1");
}

TEST_CASE("proof: evidence for one event is checked without the journal and without a secret.") {
    SignedProject project;
    check_refused(project.run({"proof", "1"}), 1, "no signed head contains event 1");
    const std::string verifier = project.add_signer();
    project.add_event("a title");
    check_refused(project.run({"proof", "3"}), 1, "event 3 does not exist: the journal has 2 events");
    check_refused(project.run({"proof"}), 2, "needs the number of an event");
    const ProgramResult proof = project.run({"proof", "2", "--event", "event.json"});
    REQUIRE(proof.exit == 0);
    CHECK(proof.out.starts_with("c2sp.org/tlog-proof@v1\n"));
    project.write("proof.txt", proof.out);
    const Arguments check{"proof", "--check", "proof.txt", "--event", "event.json", "--signer", verifier};
    const ProgramResult proven = project.run(check);
    CHECK(proven.exit == 0);
    CHECK(has(proven.out, "event       2\n"));
    CHECK(has(proven.out, "Proven: it is event 2 of the journal journal.example/work"));
    check_refused(project.run({"proof", "2", "--event", "event.json"}), 1, "event.json: a file of that name exists");
    std::string event = content(project.path("event.json"));
    event.replace(event.find("a title"), 7, "b title");
    project.write("event.json", event);
    check_refused(project.run(check), 1, "event.json: not proven: its payload is not the one whose hash was signed");
    check_refused(project.run({"proof", "--check", "proof.txt"}), 2, "no key was given that verifies the head");
    project.write("proof.txt", proof.out.substr(0, proof.out.size() / 2));
    check_refused(project.run(check), 1, "proof.txt: not proven");
}

TEST_CASE("journal: an export is verified, imported once, and continued.") {
    SignedProject project;
    const std::string verifier = project.add_signer();
    project.add_event("u");
    REQUIRE(project.signed_run({"journal", "export", "first.ndjson"}).exit == 0);
    check_refused(project.run({"journal", "export", "first.ndjson"}), 1, "first.ndjson: a file of that name exists");
    CHECK(project.signed_run({"verify", "--export", "first.ndjson", "--signer", verifier}).exit == 0);
    CHECK(project.signed_run({"journal", "export"}).out == content(project.path("first.ndjson")));
    const ProgramResult imported = project.signed_run({"--db", "copy.db", "journal", "import", "first.ndjson"});
    CHECK(imported.exit == 0);
    CHECK(imported.out == "copy.db: 2 events added, 0 there already\n");
    CHECK(project.signed_run({"--db", "copy.db", "journal", "export"}).out == content(project.path("first.ndjson")));
    project.add_event("v");
    REQUIRE(project.signed_run({"journal", "export", "second.ndjson"}).exit == 0);
    const ProgramResult more = project.signed_run({"--db", "copy.db", "journal", "import", "second.ndjson"});
    CHECK(more.out == "copy.db: 1 event added, 2 there already\n");
    CHECK(project.signed_run({"--db", "copy.db", "verify", "--signer", verifier}).exit == 0);
    CHECK(project.signed_run({"--db", "copy.db", "model"}).out == project.signed_run({"model"}).out);
    CHECK(project.signed_run({"--db", "copy.db", "journal", "import", "first.ndjson"}).exit == 0); // an older one
}

TEST_CASE("journal: the export of one stream proves itself, and is not imported.") {
    SignedProject project;
    check_refused(project.signed_run({"journal", "export", "part.ndjson", "--proofs"}), 3, "no signed head has events");
    CHECK(!fs::exists(project.folder() / "part.ndjson"));
    const std::string verifier = project.add_signer();
    project.add_event("u");
    const std::string stream = project.signed_run({"journal", "export"}).out;
    const std::size_t at = stream.find(R"("stream":")") + 10;
    const std::string name = stream.substr(at, stream.find('"', at) - at);
    const Arguments write{"journal", "export", "part.ndjson", "--stream", name};
    CHECK(project.signed_run(write).out.starts_with("part.ndjson: 2 events, SHA-256 of the lines before"));
    const Arguments verify{"verify", "--public", "--export", "part.ndjson", "--signer", verifier};
    const ProgramResult proven = project.run(verify); // without a secret
    CHECK(proven.exit == 0);
    CHECK(has(proven.out, "part       events 1 to 2, of the stream " + name));
    CHECK(has(proven.out, "Proven: 2 events are as signed, in the signed head of 2 events, and none of the stream is "
                          "missing between them."));
    CHECK(has(proven.out, "\n  events after the signed head of 2 events\n"));
    CHECK(has(proven.out, "whether the stream has later events"));
    CHECK(project.signed_run({"verify", "--json", "--export", "part.ndjson", "--signer", verifier}).json()["scope"] ==
          "part");
    check_refused(project.signed_run({"verify", "--export", "part.ndjson"}), 2,
                  "a part of a journal is proven by a signed head, and no key was given");
    check_refused(project.signed_run({"--db", "copy.db", "journal", "import", "part.ndjson"}), 3,
                  "it has only a part of a journal: of the events 1 to 2, those of the stream '" + name + "'");
    CHECK(!fs::exists(project.folder() / "copy.db"));
    std::string text = content(project.path("part.ndjson"));
    text.replace(text.find(R"("actor":"user")"), 14, R"("actor":"agent")");
    project.write("part.ndjson", text);
    const ProgramResult changed = project.run(verify);
    CHECK(changed.exit == 1);
    CHECK(has(changed.out, "Not proven: event 1: this is another history than the one whose head was signed (fork)"));
    REQUIRE(project.signed_run({"journal", "export", "range.ndjson", "--from", "2", "--to", "2"}).exit == 0);
    CHECK(project.run({"verify", "--public", "--export", "range.ndjson", "--signer", verifier}).exit == 0);
    check_refused(project.signed_run({"journal", "export", "none.ndjson", "--from", "3"}), 3,
                  "no signed head has events from 3 on; the newest has those up to 2");
    check_refused(project.signed_run({"journal", "import", "range.ndjson", "--from", "2"}), 2,
                  "--stream, --from, --to and --proofs are for an export");
}

TEST_CASE("journal: a compat-v1 log is imported, verified with both secrets, and not imported with a wrong one.") {
    SignedProject project;
    // The first vector of the format.
    project.write("secret", "a test secret of more than thirty-two bytes\n");
    fs::permissions(project.folder() / "secret", fs::perms::owner_read | fs::perms::owner_write);
    project.write("log", R"({"plan_id":"plan-7","type":"plan.drafted","payload":"{\"amount\":100}","signature":)"
                         R"("3a7e195fc095a3c948760b8bb69071e5dfc0ebe755b6f33eecdb8af642c86697"})");
    const Arguments import{"--db",        "plans.db", "journal",  "import", "log",
                           "--compat-v1", "secret",   "--domain", "plans"};
    const ProgramResult imported = project.signed_run(import);
    CHECK(imported.exit == 0);
    CHECK(imported.out == "plans.db: 1 event added, 0 there already\n");
    CHECK(project.signed_run(import).out == "plans.db: 0 events added, 1 there already\n");
    fs::copy(project.folder() / "secret", project.folder() / "keys/old");
    const Json report = project.signed_run({"--db", "plans.db", "verify", "--json"}).json();
    CHECK(report["ok"] == true);
    CHECK(report["keys"][0]["scheme"] == "compat-v1");
    // Its domain is none of the program's, and one plan can be shown alone all the same.
    REQUIRE(project.run({"--db", "plans.db", "keys", "signer", "plans"}).exit == 0);
    const Arguments anchor{"--db", "plans.db", "--signing-key", "plans", "anchor", "--to", "file:heads"};
    REQUIRE(project.run(anchor).exit == 0);
    REQUIRE(project.run({"--db", "plans.db", "journal", "export", "plan.ndjson", "--stream", "plan-7"}).exit == 0);
    const ProgramResult plan =
        project.signed_run({"verify", "--export", "plan.ndjson", "--signer", "plans/signer.pub"});
    CHECK(plan.exit == 0);
    CHECK(has(plan.out, "Proven: 1 event is as signed, in the signed head of 1 event"));
    const ProgramResult wrong = project.signed_run(
        {"--db", "other.db", "journal", "import", "log", "--compat-v1", "keys/2026", "--domain", "plans"});
    check_refused(wrong, 2, "no other secret was given that signs after the log");
    REQUIRE(project.run({"keys", "new", "keys/other"}).exit == 0);
    const ProgramResult other = project.signed_run(
        {"--db", "other.db", "journal", "import", "log", "--compat-v1", "keys/other", "--domain", "plans"});
    check_refused(other, 4, "log:1: the mac is not that of its event");
    CHECK(!fs::exists(project.folder() / "other.db"));
}

TEST_CASE("journal: an export that is not proven is not imported, and nothing is created.") {
    SignedProject project;
    REQUIRE(project.signed_run({"journal", "export", "good.ndjson"}).exit == 0);
    std::string text = content(project.path("good.ndjson"));
    text.replace(text.find("\\\"title\\\":\\\"t\\\""), 15, "\\\"title\\\":\\\"x\\\"");
    project.write("bad.ndjson", text);
    const ProgramResult refused = project.signed_run({"--db", "copy.db", "journal", "import", "bad.ndjson"});
    CHECK(refused.exit == 1);
    CHECK(has(refused.out, "payload_mismatch"));
    CHECK(has(refused.err, "nothing was imported, because the export is not proven"));
    CHECK(!fs::exists(project.folder() / "copy.db"));
    check_refused(project.run({"--db", "copy.db", "journal", "import", "good.ndjson"}), 2, "no secret was given");
    check_refused(project.signed_run({"journal", "import"}), 2, "needs the file of an export");
    check_refused(project.signed_run({"journal", "import", "none.ndjson"}), 3, "none.ndjson");
    check_refused(project.signed_run({"--db", "copy.db", "verify", "--export", "good.ndjson"}), 2, "name two journals");
}

} // namespace evenfold::cli_test
