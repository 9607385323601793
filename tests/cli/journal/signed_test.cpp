#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/tests/cli/journal/signed_project.hpp"

// Signed journals: their keys, their verification, and where secrets must not be.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

} // namespace

TEST_CASE("verify: proves a signed journal, and says what that does not show.") {
    const SignedProject project;
    const ProgramResult verified = project.signed_run({"verify"});
    CHECK(verified.exit == 0);
    CHECK(verified.out.find("Proven: 1 event is as signed") != std::string::npos);
    CHECK(verified.out.find("no head from outside the journal was given") != std::string::npos);
    const Json json = project.signed_run({"verify", "--json"}).json();
    CHECK(json["ok"] == true);
    CHECK(json["events"] == 1);
}

TEST_CASE("verify: names the first event that was changed, with exit code 1.") {
    const SignedProject project;
    project.change("DROP TRIGGER events_refuse_UPDATE; UPDATE events SET actor = 'agent'");
    const ProgramResult verified = project.signed_run({"verify"});
    CHECK(verified.exit == 1);
    CHECK(verified.out.find("Not proven: event 1: the event, or the receipt of its command, was changed "
                            "(mac_mismatch)") != std::string::npos);
    const Json json = project.signed_run({"verify", "--json"}).json();
    CHECK(json["ok"] == false);
    CHECK(json["reason"] == "mac_mismatch");
    CHECK(project.run({"verify", "--public"}).exit == 0); // no mac is checked without a secret
}

TEST_CASE("verify: a journal whose end was cut off is a result, although other verbs refuse to open it.") {
    const SignedProject project;
    project.change("DROP TRIGGER events_refuse_DELETE; DELETE FROM events");
    CHECK(project.signed_run({"log"}).exit == 4);
    const ProgramResult verified = project.signed_run({"verify", "--json"});
    CHECK(verified.exit == 1);
    CHECK(verified.json()["reason"] == "truncated");
}

TEST_CASE("verify: wrong keys are reported as wrong keys, and missing ones as a wrong command line.") {
    const SignedProject project;
    check_refused(project.run({"verify"}), 2, "no secret was given, so the macs cannot be checked");
    fs::create_directory(project.folder() / "others");
    fs::permissions(project.folder() / "others", fs::perms::owner_all);
    REQUIRE(project.run({"keys", "new", "others/one"}).exit == 0);
    const ProgramResult verified = project.run({"verify", "--keys", "others"});
    CHECK(verified.exit == 1);
    CHECK(verified.out.find("the keys that were given do not fit; this is no evidence of a change (unknown_key)") !=
          std::string::npos);
}

TEST_CASE("verify: a journal that is not signed is not proven, until signing starts.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit"}, create_project).exit == 0);
    CHECK(fixture.run({"--development-key", "verify", "--json"}).json()["reason"] == "unsigned");
    const ProgramResult started = fixture.run({"--development-key", "keys", "start"});
    CHECK(started.exit == 0);
    CHECK(started.out.find("signed from event 2 on, with the key ") == 0);
    CHECK(started.err.find("anybody can sign with it") != std::string::npos);
    REQUIRE(fixture.run({"--development-key", "submit"}, update_project).exit == 0);
    const ProgramResult verified = fixture.run({"--development-key", "verify"});
    CHECK(verified.exit == 0);
    CHECK(verified.out.find("1 event signed with the published development key") != std::string::npos);
    check_refused(fixture.run({"--development-key", "keys", "start"}), 1, "the journal is signed already");
}

TEST_CASE("keys: rotate signs with the next secret, and the earlier one still verifies.") {
    const SignedProject project;
    REQUIRE(project.run({"keys", "new", "keys/2027"}).exit == 0);
    const ProgramResult rotated = project.signed_run({"keys", "rotate", "keys/2027"});
    CHECK(rotated.exit == 0);
    CHECK(fs::read_symlink(project.folder() / "keys/current") == "2027");
    REQUIRE(project.signed_run({"submit"}, update_project).exit == 0);
    const Json json = project.signed_run({"verify", "--json"}).json();
    CHECK(json["ok"] == true);
    CHECK(json["keys"].size() == 2);
    const ProgramResult listed = project.signed_run({"keys", "list"});
    CHECK(listed.out.find("keys/2026\n") != std::string::npos);
    CHECK(listed.out.find("keys/2027, writes\n") != std::string::npos);
    check_refused(project.signed_run({"keys", "rotate", "keys/2026"}), 1, "has already signed this journal");
}

TEST_CASE("keys: a signed journal is not written without its secret, and is read without it.") {
    const SignedProject project;
    check_refused(project.run({"submit"}, update_project), 1, "the journal is signed, and no secret was given");
    CHECK(project.run({"log"}).exit == 0);
    CHECK(project.run({"keys", "list"}).out.find("not given") != std::string::npos);
}

TEST_CASE("keys: bad calls name the remedy, and change nothing.") {
    const SignedProject project;
    check_refused(project.run({"keys", "burn"}), 2, "ACTION");
    check_refused(project.run({"keys", "new"}), 2, "needs the file of the new secret");
    check_refused(project.run({"keys", "new", "keys/2026"}), 1, "keys/2026");
    check_refused(project.signed_run({"keys", "rotate"}), 2, "needs the file of the next secret");
    check_refused(project.run({"keys", "start"}), 2, "no secret was given that signs");
    CHECK(project.signed_run({"verify"}).exit == 0);
}

TEST_CASE("keys: a secret is in no file of the journal, and in no output.") {
    const SignedProject project;
    const std::string secret = project.secret("2026");
    std::string seen;
    for (const Arguments& arguments :
         {Arguments{"verify"}, Arguments{"verify", "--json"}, Arguments{"keys", "list"}, Arguments{"log"}}) {
        const ProgramResult result = project.signed_run(arguments);
        seen += result.out + result.err;
    }
    for (const auto& entry : fs::directory_iterator(project.folder() / ".evenfold"))
        seen += content(entry.path().string());
    CHECK(seen.size() > 10'000);
    CHECK(seen.find(secret) == std::string::npos);
    CHECK((seen + secret).find(secret) != std::string::npos); // the control: it would be found
}

} // namespace evenfold::cli_test
