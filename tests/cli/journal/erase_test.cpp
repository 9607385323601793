#include <doctest/doctest.h>

#include <filesystem>
#include <sqlite3.h>
#include <string>

#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// The verbs erase and retain: what goes, what stays, and what both verifiers say afterwards.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* create_secret_project =
    R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"first secret","root":"/p"})";

std::string rename_to(const std::string& title) {
    return R"({"type":"UpdateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":")" + title + "\"}";
}

/// A journal of four events, which is signed from its third event on.
class ProjectToErase : public CliFixture {
public:
    ProjectToErase() {
        fs::create_directory(folder() / "keys");
        fs::permissions(folder() / "keys", fs::perms::owner_all);
        REQUIRE(run({"submit"}, create_secret_project).exit == 0);
        REQUIRE(run({"submit"}, rename_to("second secret")).exit == 0);
    }

    void sign() const {
        REQUIRE(run({"keys", "new", "keys/2026"}).exit == 0);
        fs::create_symlink("2026", folder() / "keys/current");
        REQUIRE(signed_run({"keys", "start"}).exit == 0);
        REQUIRE(signed_run({"submit"}, rename_to("third secret")).exit == 0);
        REQUIRE(signed_run({"submit"}, rename_to("fourth title")).exit == 0);
        REQUIRE(journal::heads::new_signer_files(folder() / "signer", text("SELECT name FROM origin")));
    }

    [[nodiscard]] ProgramResult signed_run(Arguments arguments) const { return signed_run(std::move(arguments), {}); }
    [[nodiscard]] ProgramResult signed_run(Arguments arguments, std::string_view input) const {
        arguments.insert(arguments.begin(), {"--keys", "keys"});
        return run(arguments, input);
    }

    [[nodiscard]] ProgramResult erase(Arguments arguments) const {
        arguments.insert(arguments.begin(), {"erase", "--by", "Ada", "--because", "asked", "--signing-key", "signer"});
        return signed_run(arguments);
    }

    [[nodiscard]] std::string text(const std::string& sql, const std::string& file = ".evenfold/journal.db") const {
        sqlite3* database = nullptr;
        REQUIRE(sqlite3_open(path(file).c_str(), &database) == SQLITE_OK);
        std::string found;
        const auto take = [](void* to, int, char** values, char**) {
            *static_cast<std::string*>(to) = values[0] ? values[0] : "";
            return 0;
        };
        CHECK(sqlite3_exec(database, sql.c_str(), take, &found, nullptr) == SQLITE_OK);
        sqlite3_close(database);
        return found;
    }

    /// Returns whether a file beside the journal has `bytes`.
    [[nodiscard]] bool has_bytes(const std::string& bytes, const std::string& in = ".evenfold") const {
        for (const auto& entry : fs::directory_iterator(folder() / in)) {
            if (entry.is_regular_file() && content(entry.path().string()).find(bytes) != std::string::npos) return true;
        }
        return false;
    }

    /// Returns the report of the second verifier.
    [[nodiscard]] Json verified() const {
        const std::string command = "env -u EVENFOLD_KEYS python3 '" + tests::source_tree() +
                                    "/docs/verify.py' --json --keys '" + path("keys") + "' --signer '" +
                                    path("signer/signer.pub") + "' '" + path(".evenfold/journal.db") + "' > '" +
                                    path("report") + "' 2>&1";
        (void)std::system(command.c_str()); // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
        const Json report = Json::parse(content(path("report")), nullptr, false);
        CHECK_MESSAGE(!report.is_discarded(), content(path("report")));
        return report;
    }
};

} // namespace

TEST_CASE("erase: empties named payloads, and says how the model changes.") {
    const ProjectToErase project;
    project.sign();
    CHECK(project.has_bytes("second secret"));
    const ProgramResult erased = project.erase({"--event", "2-3", "--yes", "2"});
    CHECK_MESSAGE(erased.exit == 0, erased.err);
    CHECK(erased.out.find("the model after event 4 stays as it is: ") != std::string::npos);
    CHECK(erased.out.find("2 payloads erased; removal 1 proves it") != std::string::npos);
    CHECK(!project.has_bytes("second secret"));
    CHECK(!project.has_bytes("third secret"));
    CHECK(project.has_bytes("first secret"));
    const ProgramResult changed = project.erase({"--event", "4", "--yes", "1"});
    CHECK(changed.out.find("the model after event 4 changes from ") != std::string::npos);
    const std::string note = project.text("SELECT note FROM removals WHERE number = 2");
    CHECK(note.starts_with("evenfold/erasure/v1\n"));
    CHECK(note.find("\nranges 4\ncount 1\n") != std::string::npos);
    CHECK(note.find("\nby Ada\nreason asked\n") != std::string::npos);
    const Json model = project.run({"model", "--json"}).json();
    CHECK(note.find("\nafter " + model["digest"].get<std::string>() + "\n") != std::string::npos);
}

TEST_CASE("erase: afterwards the verbs show the events as removed, and appends go on.") {
    const ProjectToErase project;
    project.sign();
    REQUIRE(project.erase({"--event", "1", "--event", "3", "--yes", "2"}).exit == 0);
    const ProgramResult log = project.run({"log"});
    CHECK(log.exit == 0);
    CHECK(log.out.find("ProjectCreated") != std::string::npos);
    CHECK(log.out.find("(payload removed)") != std::string::npos);
    const Json events = project.run({"log", "--json"}).json();
    CHECK(events[0]["removed"] == true);
    CHECK(!events[0].contains("data"));
    CHECK(!events[1].contains("removed"));
    const ProgramResult replay = project.run({"replay"});
    CHECK_MESSAGE(replay.exit == 0, replay.err);
    CHECK(replay.out.find("2 events without payloads, which were removed") != std::string::npos);
    CHECK(project.run({"replay", "--json"}).json()["removed_events"] == 2);
    const ProgramResult transcript = project.run({"transcript"});
    CHECK(transcript.exit == 0);
    CHECK(transcript.err.find("2 events without payloads") != std::string::npos);
    CHECK(project
              .signed_run({"submit"}, R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a02",)"
                                      R"("title":"t","root":"/q"})")
              .exit == 0);
}

TEST_CASE("erase: the second verifier proves the journal and reports the removed payloads.") {
    const ProjectToErase project;
    project.sign();
    const Json before = project.verified();
    REQUIRE(before["ok"] == true);
    REQUIRE(project.erase({"--event", "1", "--event", "3-4", "--yes", "3"}).exit == 0);
    const Json after = project.verified();
    CHECK_MESSAGE(after["ok"] == true, after.dump());
    CHECK(after["removed"] == 3);
    CHECK(after["head"] == before["head"]);
    CHECK(after["remarks"].dump().find(R"({"count":3,"from":1,"remark":"removed_payloads"})") != std::string::npos);
}

TEST_CASE("erase: refuses without the number of payloads, the key, or the reason, and changes nothing.") {
    const ProjectToErase project;
    project.sign();
    check_refused(project.erase({"--event", "2"}), 1, "nobody could be asked");
    check_refused(project.erase({"--event", "2", "--yes", "2"}), 1, "is not the number of payloads, which is 1");
    check_refused(project.erase({"--event", "5", "--yes", "1"}), 1, "there is no event 5");
    for (const char* const wrong : {"0", "x", "3-2", "1-", "-1", "1-2-3", "18446744073709551616", "1-1000001"})
        check_refused(project.erase({std::string("--event=") + wrong, "--yes", "1"}), 2,
                      "is not a valid --event value");
    check_refused(project.signed_run({"erase", "--event", "2", "--yes", "1"}), 2, "needs --signing-key, --by and");
    check_refused(project.erase({"--event", "2", "--into", "new.db"}), 2, "--into is only for a journal that is not");
    REQUIRE(journal::heads::new_signer_files(project.folder() / "other", "journal/other"));
    check_refused(
        project.signed_run({"erase", "--event", "2", "--by", "A", "--because", "b", "--signing-key", "other"}), 1,
        "is that of the journal 'journal/other'");
    CHECK(project.has_bytes("second secret"));
    CHECK(project.text("SELECT count(*) FROM removals") == "0");
}

TEST_CASE("erase: run again, it completes and changes nothing more.") {
    const ProjectToErase project;
    project.sign();
    REQUIRE(project.erase({"--event", "2", "--yes", "1"}).exit == 0);
    const ProgramResult again = project.erase({"--event", "2"});
    CHECK(again.exit == 0);
    CHECK(again.out.find("were erased before") != std::string::npos);
    CHECK(project.text("SELECT count(*) FROM removals") == "1");
}

TEST_CASE("erase: an unsigned journal is to be signed first, or copied without the payloads.") {
    const ProjectToErase project;
    check_refused(project.run({"erase", "--event", "1"}), 1, "is not signed");
    fs::create_directory(project.folder() / "copy");
    const ProgramResult copied = project.run({"erase", "--event", "1", "--into", "copy/journal.db"});
    CHECK_MESSAGE(copied.exit == 0, copied.err);
    CHECK(copied.out.find("1 payload left out of copy/journal.db") != std::string::npos);
    CHECK(project.has_bytes("first secret"));
    CHECK(!project.has_bytes("first secret", "copy"));
    CHECK(project.has_bytes("second secret", "copy"));
    CHECK(project.text("SELECT name FROM origin") != project.text("SELECT name FROM origin", "copy/journal.db"));
    const Json events = project.run({"--db", "copy/journal.db", "log", "--json"}).json();
    CHECK(events[0]["removed"] == true);
    CHECK(events[1]["sequence"] == 2);
    CHECK(project.run({"--db", "copy/journal.db", "replay"}).exit == 0);
    check_refused(project.run({"erase", "--event", "1", "--into", "copy/journal.db"}), 1, "exists already");
    CHECK(
        project
            .run({"--db", "copy/journal.db", "submit"},
                 R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a02","title":"t","root":"/q"})")
            .exit == 0);
}

TEST_CASE("retain: counts what a policy releases, and removes it with --do under a signed note.") {
    const ProjectToErase project;
    project.sign();
    const std::string policy =
        project.write("policy.json",
                      R"([{"stream_prefix":"project-","types":["ProjectUpdated"],"older_than_days":0,"keep_last":1}])");
    const ProgramResult counted = project.run({"retain", "--policy", policy});
    CHECK_MESSAGE(counted.exit == 0, counted.err);
    CHECK(counted.out.find("rule 1: 2 payloads of the streams 'project-*'") != std::string::npos);
    CHECK(counted.out.find("2 payloads would be removed") != std::string::npos);
    CHECK(project.has_bytes("second secret"));
    check_refused(project.signed_run({"retain", "--policy", policy, "--do"}), 2, "--do needs --signing-key and --by");
    const ProgramResult removed =
        project.signed_run({"retain", "--policy", policy, "--do", "--by", "Ada", "--signing-key", "signer"});
    CHECK_MESSAGE(removed.exit == 0, removed.err);
    CHECK(removed.out.find("2 payloads removed; removal 1 proves it") != std::string::npos);
    CHECK(!project.has_bytes("second secret"));
    CHECK(!project.has_bytes("third secret"));
    CHECK(project.text("SELECT note FROM removals").starts_with("evenfold/removal/v1\n"));
    CHECK(project.verified()["removed"] == 2);
    CHECK(project.run({"retain", "--policy", policy}).out == "rule 1: 0 payloads of the streams 'project-*'\n");
}

TEST_CASE("retain: refuses what would change the model, and a policy with anything unknown.") {
    const ProjectToErase project;
    project.sign();
    const auto refused = [&](const std::string& text, const std::string& why) {
        check_refused(project.run({"retain", "--policy", project.write("policy.json", text)}), 1, why);
    };
    refused(R"([{"stream_prefix":"","keep_last":0}])", "the model after event 4 would change");
    refused("", "it is not JSON");
    refused("[]", "not an array of one or more rules");
    refused(R"({"stream_prefix":"","keep_last":1})", "not an array of one or more rules");
    refused("[1]", "rule 1: it is not an object");
    refused(R"([{"stream_prefix":"","keep_last":1},{"stream":"","keep_last":1}])",
            "rule 2: it has an unknown member 'stream'");
    refused(R"([{"stream_prefix":"","keep_last":1,"keep_last":2}])", "the member 'keep_last' occurs twice");
    refused(R"([{"keep_last":1}])", "'stream_prefix' is missing");
    refused(R"([{"stream_prefix":""}])", "neither 'older_than_days' nor 'keep_last'");
    refused(R"([{"stream_prefix":"","keep_last":-1}])", "'keep_last' is not an integer");
    refused(R"([{"stream_prefix":"","older_than_days":1.5}])", "'older_than_days' is not an integer");
    refused(R"([{"stream_prefix":"","types":[],"keep_last":1}])", "'types' is not an array");
    refused(R"([{"stream_prefix":"","types":[1],"keep_last":1}])", "'types' is not an array");
    refused(std::string(100'000, '['), "it is not JSON");
    check_refused(project.run({"retain", "--policy", "missing.json"}), 3, "missing.json");
}

} // namespace evenfold::cli_test
