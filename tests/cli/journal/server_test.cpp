#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <utility>

#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

// The program on a journal in PostgreSQL: each verb works as on a file, and no output has the password of the URL.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* create_project =
    R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"t","root":"/p"})";
constexpr const char* update_project =
    R"({"type":"UpdateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"u"})";
constexpr const char* update_again =
    R"({"type":"UpdateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"v"})";
constexpr const char* update_once_more =
    R"({"type":"UpdateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"w"})";
constexpr std::string_view password = "not-for-any-message";

/// Returns `url` with a password, which a server that trusts its users ignores.
std::string with_password(std::string url) {
    const std::string user = "postgres@";
    return url.replace(url.find(user), user.size(), "postgres:" + std::string(password) + "@");
}

/// A folder `keys` with one secret, which writes, and a journal that does not exist yet.
class ServerProject : public CliFixture {
public:
    explicit ServerProject(tests::PostgresServer& server) : plain_(server.url(server.new_journal())) {
        fs::create_directory(folder() / "keys");
        fs::permissions(folder() / "keys", fs::perms::owner_all);
        REQUIRE(CliFixture::run({"keys", "new", "keys/2026"}).exit == 0);
        fs::create_symlink("2026", folder() / "keys/current");
    }

    [[nodiscard]] ProgramResult run(Arguments arguments, std::string_view input = {}) {
        arguments.insert(arguments.begin(), {"--db", url()});
        ProgramResult result = CliFixture::run(arguments, input);
        CHECK((result.out + result.err).find(password) == std::string::npos);
        return result;
    }
    [[nodiscard]] ProgramResult signed_run(Arguments arguments, std::string_view input = {}) {
        arguments.insert(arguments.begin(), {"--keys", "keys"});
        return run(std::move(arguments), input);
    }

    [[nodiscard]] std::string url() const { return with_password(plain_); }
    [[nodiscard]] const std::string& plain_url() const { return plain_; }

private:
    std::string plain_;
};

/// A repository in which agents work, whose journal is on the server.
class ServerAgentProject {
public:
    explicit ServerAgentProject(tests::PostgresServer& server)
        : url_(with_password(server.url(server.new_journal()))) {}

    [[nodiscard]] const git_test::Sandbox& box() const { return project_.box(); }
    [[nodiscard]] Arguments agent(const std::string& script) const { return project_.agent(script); }
    [[nodiscard]] Arguments on_server(Arguments arguments) const {
        arguments.insert(arguments.begin(), {"--db", url_});
        return arguments;
    }
    [[nodiscard]] ProgramResult run(const Arguments& arguments, std::string_view input = {}) const {
        ProgramResult result = RunningProgram(box().root(), on_server(arguments)).finish(input);
        CHECK((result.out + result.err).find(password) == std::string::npos);
        return result;
    }
    [[nodiscard]] Json json(Arguments arguments) const {
        arguments.emplace_back("--json");
        const ProgramResult result = run(arguments);
        REQUIRE_MESSAGE(result.exit == 0, result.err);
        return result.json();
    }

private:
    AgentProject project_;
    std::string url_;
};

} // namespace

TEST_CASE("server journal: submit, log, replay and verify work as on a file, and keys start and rotate sign it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    check_refused(project.run({"log"}), 3, "there is no journal in the schema");
    REQUIRE(project.run({"submit"}, create_project).exit == 0);
    CHECK(project.run({"log"}).out.find("ProjectCreated") != std::string::npos);
    const ProgramResult replayed = project.run({"replay"});
    CHECK_MESSAGE(replayed.exit == 0, replayed.err);
    CHECK(project.signed_run({"verify", "--json"}).json()["reason"] == "unsigned");

    const ProgramResult started = project.signed_run({"keys", "start"});
    CHECK_MESSAGE(started.exit == 0, started.err);
    CHECK(started.out.find("signed from event 2 on, with the key ") == 0);
    check_refused(project.run({"submit"}, update_project), 1, "the journal is signed, and no secret was given");
    REQUIRE(project.signed_run({"submit"}, update_project).exit == 0);
    const ProgramResult verified = project.signed_run({"verify"});
    CHECK(verified.exit == 0);
    CHECK(verified.out.find("Proven: ") != std::string::npos);

    REQUIRE(project.CliFixture::run({"keys", "new", "keys/2027"}).exit == 0);
    const ProgramResult rotated = project.signed_run({"keys", "rotate", "keys/2027"});
    CHECK_MESSAGE(rotated.exit == 0, rotated.err);
    REQUIRE(project.signed_run({"submit"}, create_project).exit != 0); // a rejection, not an error
    const Json report = project.signed_run({"verify", "--json"}).json();
    CHECK(report["ok"] == true);
    CHECK(report["keys"].size() == 1); // the second key has signed no event yet
    CHECK(project.signed_run({"keys", "list"}).out.find("keys/2027, writes\n") != std::string::npos);
}

TEST_CASE("server journal: verify names the first event that was changed.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    REQUIRE(project.signed_run({"submit"}, create_project).exit == 0);
    CHECK(project.signed_run({"verify"}).exit == 0);
    journal::TableAccess owner(project.plain_url());
    REQUIRE(!owner.run("ALTER TABLE events DISABLE TRIGGER append_only; UPDATE events SET actor = 'agent'"));
    const Json report = project.signed_run({"verify", "--json"}).json();
    CHECK(report["reason"] == "mac_mismatch");
    CHECK(report["broken_at"] == 1);
}

TEST_CASE("server journal: an export is imported into a new journal and behind its head, and only if it is proven.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    Arguments in_file{"--keys", "keys", "submit"};
    REQUIRE(project.CliFixture::run(in_file, create_project).exit == 0);
    REQUIRE(project.CliFixture::run({"journal", "export", "first"}).exit == 0);
    REQUIRE(project.CliFixture::run(in_file, update_project).exit == 0);
    REQUIRE(project.CliFixture::run({"journal", "export", "second"}).exit == 0);
    std::string bad = content(project.path("first"));
    bad.replace(bad.find("/p\\"), 2, "/q");
    project.write("bad", bad);
    check_refused(project.signed_run({"journal", "import", "bad"}), 1, "because the export is not proven");
    check_refused(project.run({"log"}), 3, "there is no journal in the schema");

    const ProgramResult imported = project.signed_run({"journal", "import", "first"});
    CHECK_MESSAGE(imported.exit == 0, imported.err);
    CHECK(imported.out.find("1 event added, 0 there already\n") != std::string::npos);
    CHECK(project.run({"journal", "export"}).out == content(project.path("first")));
    CHECK(project.signed_run({"journal", "import", "second"}).out.find("1 event added, 1 there already\n") !=
          std::string::npos);
    CHECK(project.signed_run({"journal", "import", "first"}).exit == 0); // an older copy
    CHECK(project.run({"journal", "export"}).out == content(project.path("second")));
    CHECK(project.signed_run({"verify"}).exit == 0);
    CHECK(project.run({"model"}).out == project.CliFixture::run({"model"}).out);
    REQUIRE(project.signed_run({"submit"}, update_again).exit == 0);
    REQUIRE(project.CliFixture::run(in_file, update_once_more).exit == 0);
    REQUIRE(project.CliFixture::run({"journal", "export", "third"}).exit == 0);
    check_refused(project.signed_run({"journal", "import", "third"}), 1, "event 3 is another one than in the journal");
}

TEST_CASE("server journal: a compat-v1 log is imported there.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    // The first vector of the format.
    project.write("secret", "a test secret of more than thirty-two bytes\n");
    fs::permissions(project.folder() / "secret", fs::perms::owner_read | fs::perms::owner_write);
    project.write("log", R"({"plan_id":"plan-7","type":"plan.drafted","payload":"{\"amount\":100}","signature":)"
                         R"("3a7e195fc095a3c948760b8bb69071e5dfc0ebe755b6f33eecdb8af642c86697"})");
    const Arguments import{"journal", "import", "log", "--compat-v1", "secret", "--domain", "plans"};
    const ProgramResult imported = project.signed_run(import);
    CHECK_MESSAGE(imported.exit == 0, imported.err);
    CHECK(imported.out.find("1 event added, 0 there already\n") != std::string::npos);
    CHECK(project.signed_run(import).out.find("0 events added, 1 there already\n") != std::string::npos);
    fs::copy(project.folder() / "secret", project.folder() / "keys/old");
    const Json report = project.signed_run({"verify", "--json"}).json();
    CHECK(report["ok"] == true);
    CHECK(report["keys"][0]["scheme"] == "compat-v1");
}

TEST_CASE(
    "server journal: erase and retain remove payloads, complete a removal, and say which copies they do not reach.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    REQUIRE(project.run({"submit"}, create_project).exit == 0);
    check_refused(project.run({"erase", "--event", "1"}), 1, "is not signed, so an erasure could not be proven");
    check_refused(project.run({"erase", "--event", "1", "--into", "copy.db"}), 3,
                  "a journal on a server cannot be copied without payloads");
    REQUIRE(project.signed_run({"keys", "start"}).exit == 0);
    for (const char* const command : {update_project, update_again, update_once_more})
        REQUIRE(project.signed_run({"submit"}, command).exit == 0);
    journal::TableAccess owner(project.plain_url());
    REQUIRE(project.run({"keys", "signer", "signer"}).exit == 0);
    const Arguments erase{"erase", "--event", "2", "--by", "Ada", "--because", "asked", "--signing-key", "signer"};
    const auto confirmed = [&](std::string_view count) {
        Arguments arguments = erase;
        arguments.insert(arguments.end(), {"--yes", std::string(count)});
        return project.signed_run(arguments);
    };
    check_refused(confirmed("2"), 1, "is not the number of payloads, which is 1");
    const ProgramResult erased = confirmed("1");
    CHECK_MESSAGE(erased.exit == 0, erased.err);
    CHECK(erased.out.find("1 payload erased; removal 1 proves it") != std::string::npos);
    CHECK(erased.out.find("write-ahead log, standbys and backups may have these bytes still") != std::string::npos);
    CHECK(project.signed_run(erase).out.find("were erased before") != std::string::npos);
    CHECK(project.run({"log"}).out.find("(payload removed)") != std::string::npos);

    const std::string policy = project.write("policy.json", R"([{"stream_prefix":"project-","keep_last":1}])");
    check_refused(project.run({"retain", "--policy", policy}), 1, "would change");
    project.write("policy.json", R"([{"stream_prefix":"project-","types":["ProjectUpdated"],"keep_last":1}])");
    CHECK(project.run({"retain", "--policy", policy}).out.find("1 payload would be removed") != std::string::npos);
    const ProgramResult removed =
        project.signed_run({"retain", "--policy", policy, "--do", "--by", "Ada", "--signing-key", "signer"});
    CHECK_MESSAGE(removed.exit == 0, removed.err);
    CHECK(removed.out.find("1 payload removed; removal 2 proves it") != std::string::npos);
    const Json report = project.signed_run({"verify", "--json", "--signer", "signer/signer.pub"}).json();
    CHECK_MESSAGE(report["ok"] == true, report.dump());
    CHECK(report["removed"] == 2);
    CHECK(owner.text("SELECT count(*) FROM events WHERE data = ''") == "2");
    CHECK(project.run({"replay"}).exit == 0);
}

TEST_CASE("server journal: errors name the server and the journal, but not the password.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerProject project(*server);
    check_refused(project.run({"log"}), 3, "127.0.0.1");
    REQUIRE(project.run({"submit"}, create_project).exit == 0);
    journal::TableAccess owner(project.plain_url());
    REQUIRE(!owner.run("ALTER TABLE journal DISABLE TRIGGER append_only; UPDATE journal SET domain = 'of-others'"));
    check_refused(project.run({"log"}), 3, "is a journal of the domain of-others");
    const CliFixture fixture;
    const ProgramResult unreadable =
        fixture.run({"log", "--db", "postgres://u:" + std::string(password) + "/@127.0.0.1:x/y"});
    CHECK(unreadable.exit != 0);
    CHECK((unreadable.out + unreadable.err).find(password) == std::string::npos);
    check_refused(fixture.run({"log", "--db", "postgresql://postgres@127.0.0.1:1/postgres"}), 3, "127.0.0.1:1");
}

TEST_CASE("server journal: run, checkpoints, diff, revert, commit and ingest work in a project without a file.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const ServerAgentProject project(*server);
    const ProgramResult done =
        project.run(project.agent(await_prompt() + "received made.txt\n" + say("done") + complete_turn()));
    CHECK_MESSAGE(done.exit == 0, done.err);
    CHECK(project.json({"transcript"}).back()["state"] == "completed");
    const Json checkpoints = project.json({"checkpoints"});
    REQUIRE(checkpoints.size() == 2);
    CHECK(checkpoints[1]["files"] == Json::array({"made.txt"}));
    const std::string baseline = checkpoints[0]["checkpoint"].get<std::string>();
    CHECK(project.run({"diff", baseline}).out.find("made.txt") != std::string::npos);
    const ProgramResult committed = project.run({"commit", "--message", "made"});
    CHECK_MESSAGE(committed.exit == 0, committed.err);
    REQUIRE(project.run({"revert", baseline}).exit == 0);
    CHECK_FALSE(project.box().has("made.txt"));
    const ProgramResult ingested = project.run({"ingest", "--thread", "other"}, claude_turn("recorded"));
    CHECK_MESSAGE(ingested.exit == 0, ingested.err);
    CHECK(project.json({"threads"}).size() == 2);
    CHECK_FALSE(project.box().has(".evenfold/journal.db"));
    CHECK(project.json({"model"})["outstanding"].empty());
    CHECK(project.run({"replay"}).exit == 0);
}

TEST_CASE("server journal: a thread at work is not used by a second program, on whatever machine.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const ServerAgentProject project(*server);
    RunningProgram first(project.box().root(), project.on_server({"ingest", "--format", "claude-stream-json"}));
    const std::string turn = claude_turn("one");
    REQUIRE(first.write(turn.substr(0, turn.find('\n') + 1)));
    while (project.run({"threads"}).out.find("main") == std::string::npos) {}
    check_refused(project.run({"ingest"}, claude_turn("two")), 1, "is in use by another evenfold process");
    CHECK(project.run({"ingest", "--thread", "other"}, claude_turn("two")).exit == 0);
    first.signal(SIGKILL);
    (void)first.finish();
    CHECK(project.run({"ingest"}, claude_turn("two")).exit == 0); // the claim has ended with its program
}

} // namespace evenfold::cli_test
