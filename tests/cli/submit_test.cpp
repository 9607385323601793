#include <doctest/doctest.h>

#include <filesystem>

#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {
namespace {

constexpr const char* project_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77";

std::string create(const std::string& id, const std::string& root) {
    return Json{{"type", "CreateProject"}, {"project", id}, {"title", "abacus"}, {"root", root}}.dump();
}

} // namespace

TEST_CASE("submit: prints the events of a command.") {
    const CliFixture fixture;
    const ProgramResult done = fixture.run({"submit"}, create(project_id, "/home/ada/abacus"));
    REQUIRE_MESSAGE(done.exit == 0, done.err);
    const Json json = done.json();
    CHECK(json["command_id"] == json["events"][0]["command_id"]);
    CHECK(json["first_sequence"] == 1);
    REQUIRE(json["events"].size() == 1);
    CHECK(json["events"][0]["type"] == "ProjectCreated");
    CHECK(json["events"][0]["data"]["project"] == project_id);
}

TEST_CASE("submit: a rejection is printed as JSON with its class, and nothing is stored.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit"}, create(project_id, "/home/ada/abacus")).exit == 0);
    const ProgramResult refused =
        fixture.run({"submit"}, create("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a78", "/home/ada/./abacus/"));
    CHECK(refused.exit == 1);
    const Json error = refused.json()["error"];
    CHECK(error["class"] == "conflict");
    CHECK(error["type"] == "ProjectPathInUse");
    CHECK(error["holder"] == project_id);
    CHECK(refused.err == "evenfold: the root is already used by project " + std::string(project_id) +
                             "\n  use that project, or choose another root\n");
    CHECK(fixture.run({"log", "--json"}).json().size() == 1);
}

TEST_CASE("submit: the same command id returns the same receipt, and conflicts with another body.") {
    const CliFixture fixture;
    const auto ask = [&](const std::string& title) {
        const Json command{
            {"command_id", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2aff"},
            {"body", {{"type", "CreateProject"}, {"project", project_id}, {"title", title}, {"root", "/r"}}}};
        return fixture.run({"submit"}, command.dump());
    };
    const ProgramResult first = ask("one");
    const ProgramResult again = ask("one");
    CHECK(first.exit == 0);
    CHECK(again.exit == 0);
    CHECK(first.out == again.out);
    const ProgramResult other = ask("two");
    CHECK(other.exit == 1);
    CHECK(other.json()["error"]["type"] == "CommandIdConflict");
    CHECK(other.err.starts_with("evenfold: command_id 0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2aff is already used by a "
                                "different command\n"));
    CHECK(fixture.run({"log", "--json"}).json().size() == 1);
}

TEST_CASE("submit: a command that expects another head or version is refused, and a repeated one is not checked.") {
    const CliFixture fixture;
    const std::string stream = std::string("project-") + project_id;
    const Json first{{"command_id", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2aff"},
                     {"body", Json::parse(create(project_id, "/home/ada/abacus"))}};
    const auto submit = [&](const Json& command, const std::vector<std::string>& options = {}) {
        std::vector<std::string> arguments{"submit"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return fixture.run(arguments, command.dump());
    };
    const ProgramResult stored = submit(first, {"--expected-version", "0", "--stream", stream});
    REQUIRE_MESSAGE(stored.exit == 0, stored.err);
    CHECK(stored.json()["events"][0]["stream"] == stream);
    CHECK(submit(first, {"--expected-head", "0"}).out == stored.out);
    const Json second = Json::parse(create("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a78", "/home/ada/beads"));
    const ProgramResult refused = submit(second, {"--expected-head", "0"});
    CHECK(refused.exit == 1);
    CHECK(refused.json()["error"] == Json{{"class", "conflict"}, {"type", "ExpectationFailed"}, {"have", 1}});
    CHECK(refused.err == "evenfold: the expectation does not hold: the version or head is now 1\n"
                         "  check the events since then, and submit the command with that version or head\n");
    const Json expectation{{"type", "ExpectedVersion"}, {"stream", stream}, {"version", 2}};
    const Json enveloped{{"expectation", expectation}, {"body", second}};
    CHECK(submit(enveloped).json()["error"]["have"] == 1);
    CHECK(submit(enveloped, {"--expected-version", "1", "--stream", stream}).exit == 0); // replaces the envelope's
    CHECK(fixture.run({"log", "--json"}).json().size() == 2);
    CHECK(submit(second, {"--expected-version", "1"}).exit == 2);
    CHECK(submit(second, {"--stream", stream}).exit == 2);
    CHECK(submit(second, {"--expected-version", "1", "--stream", stream, "--expected-head", "2"}).exit == 2);
}

TEST_CASE("submit: the time of a command is stored and shown as it is, in every year, and other texts are refused.") {
    const CliFixture fixture;
    const Json body = Json::parse(create(project_id, "/r"));
    for (const char* bad :
         {"10000-01-01T00:00:00.000Z", "+292278994-08-17T07:12:55.808Z", "+001970-01-01T00:00:00.000Z"}) {
        const ProgramResult refused = fixture.run({"submit"}, Json{{"at", bad}, {"body", body}}.dump());
        CHECK(refused.exit == 1);
        CHECK(refused.json()["error"]["at"] == "command/at");
    }
    const std::string last = "+292278994-08-17T07:12:55.807Z";
    CHECK(fixture.run({"submit"}, Json{{"at", last}, {"body", body}}.dump()).json()["events"][0]["at"] == last);
    CHECK(fixture.run({"log"}).out.find(last) != std::string::npos);
}

TEST_CASE("submit: a command of another actor is not permitted.") {
    const CliFixture fixture;
    const Json forged{{"type", "Reconcile"}, {"live", Json::array()}};
    const ProgramResult refused = fixture.run({"submit"}, forged.dump());
    CHECK(refused.exit == 1);
    CHECK(refused.json()["error"]["type"] == "NotPermitted");
    CHECK(refused.err.starts_with("evenfold: the actor 'user' must not submit this command\n"));
    const Json allowed{{"actor", "system"}, {"body", forged}};
    const ProgramResult system = fixture.run({"submit"}, allowed.dump());
    check_refused(system, 1, "pass --as-system");
    CHECK(system.json()["error"] == Json{{"class", "invalid"}, {"type", "NotPermitted"}, {"actor", "system"}});
    CHECK(fixture.run({"submit", "--as-system"}, allowed.dump()).json()["count"] == 0);
}

TEST_CASE("submit: errors in JSON, fields and ids name their position.") {
    const CliFixture fixture;
    const auto error_of = [&](std::string_view input) {
        const ProgramResult refused = fixture.run({"submit"}, input);
        CHECK(refused.exit == 1);
        CHECK(refused.json()["error"]["class"] == "invalid");
        return refused.err;
    };
    CHECK(error_of("").find("expected valid JSON") != std::string::npos);
    CHECK(error_of("{\"type\": \"CreateProject\"").find("expected valid JSON") != std::string::npos);
    CHECK(error_of("[1, 2]").find("input: command: expected an object with a type; got an array") != std::string::npos);
    CHECK(error_of("{\"type\": \"MakeTea\"}").find("expected one of CreateProject") != std::string::npos);
    const std::string misspelt = error_of(R"({"type": "CreateProject", "project_id": "x"})");
    CHECK(misspelt.find("CreateProject/project: expected a value; got nothing") != std::string::npos);
    CHECK(misspelt.find("unknown field: /project_id") != std::string::npos);
    CHECK(error_of(create("../../etc/passwd", "/r")).find("CreateProject/project: expected an id") !=
          std::string::npos);
    CHECK(error_of(create(std::string(100'000, 'a'), "/r")).find("expected an id") != std::string::npos);
    CHECK(error_of(std::string(100'000, '[')).find("at most 512 levels of nesting") != std::string::npos);
    CHECK(error_of(R"({"type": "CreateProject", "project": "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77", "title": "t",)"
                   R"("root": "/r", "titel": "u"})")
              .find("CreateProject/titel: expected a field") != std::string::npos);
    const Json body = Json::parse(create(project_id, "/r"));
    for (const char* misspelt_field : {"comand_id", "expectedVersion", "correlation_id"}) {
        CHECK(error_of(Json{{"body", body}, {misspelt_field, 1}}.dump()).find(misspelt_field) != std::string::npos);
    }
    Json nested = body;
    nested["titel"] = "u";
    CHECK(error_of(Json{{"body", nested}}.dump()).find("/body/titel") != std::string::npos);
    CHECK(error_of(Json{{"body", body}, {"command_id", "00000000-0000-0000-0000-000000000000"}}.dump())
              .find("command_id is nil") != std::string::npos);
    CHECK(std::filesystem::is_empty(fixture.folder()));
    const ProgramResult nil = fixture.run({"submit"}, create("00000000-0000-0000-0000-000000000000", "/r"));
    CHECK(nil.json()["error"]["type"] == "EmptyField");
    CHECK(fixture.run({"log", "--json"}).json().empty());
}

TEST_CASE("commands: lists the commands that submit accepts.") {
    const CliFixture fixture;
    const ProgramResult listed = fixture.run({"commands"});
    CHECK(listed.exit == 0);
    for (const char* name : {"CreateProject", "StartTurn", "IngestProviderEvent", "ReleaseResource"}) {
        CHECK_MESSAGE(listed.out.find(name) != std::string::npos, name);
    }
    CHECK(listed.out.find("on_busy: reject | enqueue") != std::string::npos);
}

} // namespace evenfold::cli_test
