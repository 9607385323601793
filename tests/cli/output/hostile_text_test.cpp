#include <doctest/doctest.h>
#include <sqlite3.h>

#include <map>

#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/text/visible.hpp"
#include "evenfold/tests/cli/agents.hpp"
#include "evenfold/tests/cli/terminal.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// A journal whose texts contain everything that a terminal executes or hides. No verb may print any of it.

namespace evenfold::cli_test {
namespace {

/// Sets the title of the window, clears the screen, begins a colour as one character, reverses the following text, and
/// hides characters of no width.
const std::string hostile = "\x1b]0;owned\x07\x1b[2J\x7f\xC2\x9B\x33\x31m\xE2\x80\xAE"
                            "drow\xE2\x81\xA6\xE2\x80\x8B\xEF\xBB\xBF\rx";

/// The same in the middle of a text that begins a line of its own.
const std::string hostile_lines = "first" + hostile + "\nforged line";

/// Returns the part of `text` from its first hidden character, except for line breaks and tabs; empty if there is none.
std::string first_hidden(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = utf8::character_size(text.substr(at));
        const bool is_kept = text[at] == '\n' || text[at] == '\t';
        if (size == 0 || (!is_kept && visible(text.substr(at, size)) != text.substr(at, size)))
            return visible(text.substr(at, 60)) + " at byte " + std::to_string(at);
        at += size;
    }
    return {};
}

/// Checks what the program printed, and that no text begins a line of its own.
void check_printed(const ProgramResult& result, bool has_lines = false) {
    CHECK(first_hidden(result.out) == "");
    CHECK(first_hidden(result.err) == "");
    if (!has_lines) CHECK(result.out.find("\nforged line") == std::string::npos);
}

/// Returns `text` as the inside of a JSON string, with escapes only.
std::string escaped(const std::string& text) {
    const std::string quoted = Json(text).dump(-1, ' ', true);
    return quoted.substr(1, quoted.size() - 2);
}

/// A project with hostile texts in all fields that come from a user, an agent or a file.
class HostileProject {
public:
    HostileProject() {
        const Json permission{
            {"tool_name", hostile_lines}, {"input", {{"command", hostile_lines}}}, {"tool_use_id", "t1"}};
        const std::string script = await_prompt() + say(escaped(hostile_lines)) + "ask r1 " +
                                   permission.dump(-1, ' ', true) + "\nallowed " + say("yes") + "denied " + say("no") +
                                   complete_turn();
        run_ = project_.run(project_.agent(script, {"--prompt", hostile_lines, "--thread", hostile_lines}),
                            "n " + hostile + "\n");
        project_.box().write("e\x1b[2Jvil\xE2\x80\xAE.txt", hostile_lines);
        const ProgramResult taken =
            project_.run({"checkpoint", "--json", "--thread", hostile_lines, "--label", hostile_lines});
        REQUIRE_MESSAGE(taken.exit == 0, taken.err);
        first_ = taken.json()[0]["checkpoint"];
        project_.box().write("e\x1b[2Jvil\xE2\x80\xAE.txt", "changed" + hostile_lines);
        second_ = project_.json({"checkpoint", "--thread", hostile_lines, "--label", "second"})[0]["checkpoint"];
        const Json rename{{"type", "UpdateProject"},
                          {"project", project_.json({"threads"})[0]["project"]},
                          {"title", hostile_lines},
                          {"default_model", hostile_lines}};
        REQUIRE(project_.run({"submit"}, rename.dump()).exit == 0);
    }

    [[nodiscard]] const AgentProject& project() const { return project_; }
    [[nodiscard]] const ProgramResult& result_of_run() const { return run_; }

    /// Returns arguments with which the verb prints the texts.
    [[nodiscard]] std::map<std::string_view, Arguments> calls() const {
        const std::string input = project_.box().root() / "input";
        const std::string command = project_.box().root() / "command";
        project_.box().write("input", claude_turn(escaped(hostile_lines)));
        project_.box().write("command", Json{{"type", "ArchiveThread"}, {"thread", hostile_lines}}.dump());
        project_.box().write("policy", Json{{{"stream_prefix", hostile_lines}, {"keep_last", 1}}}.dump());
        return {{"run", project_.agent(await_prompt() + say(escaped(hostile_lines)) + complete_turn(),
                                       {"--prompt", hostile, "--thread", "of run" + hostile})},
                {"ingest", {"ingest", "--thread", "of ingest" + hostile_lines, input}},
                {"threads", {"threads"}},
                {"transcript", {"transcript"}},
                {"checkpoint", {"checkpoint", "--thread", hostile_lines, "--label", hostile}},
                {"checkpoints", {"checkpoints"}},
                {"diff", {"diff", first_, second_}},
                {"revert", {"revert", second_}},
                {"commit", {"commit", "--thread", hostile_lines, "-m", hostile_lines}},
                {"model", {"model"}},
                {"log", {"log"}},
                {"replay", {"replay"}},
                {"verify", {"verify", "--public"}},
                {"anchor", {"anchor", "--to", hostile}},
                {"proof", {"proof", "--check", hostile}},
                {"keys", {"keys", "list"}},
                {"journal", {"journal", "export", "export.ndjson"}},
                {"erase", {"erase", "--event", "1-30", "--into", "copy" + hostile}},
                {"retain", {"retain", "--policy", (project_.box().root() / "policy").string()}},
                {"compact", {"compact", "--into", "short" + hostile, "--by", hostile, "--signing-key", "none"}},
                {"bench", {"bench", "--db", ".evenfold/journal.db", "--events", "20"}},
                {"submit", {"submit", command}},
                {"commands", {"commands"}}};
    }

private:
    AgentProject project_;
    ProgramResult run_;
    std::string first_;
    std::string second_;
};

void run_sql(const std::string& file, const std::string& sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

} // namespace

TEST_CASE("hostile text: no verb prints it raw, as text or as JSON, to either output.") {
    const HostileProject hostile_project;
    const AgentProject& project = hostile_project.project();
    const auto calls = hostile_project.calls();
    for (const cli::Verb* verb : cli::verb_table) {
        const std::string name(verb->name);
        CAPTURE(name);
        REQUIRE(calls.contains(verb->name)); // a new verb needs its row
        Arguments json = calls.at(verb->name);
        json.insert(json.begin() + 1, "--json");
        if (name != "submit") check_printed(project.run(json));
        if (name != "diff") check_printed(project.run(calls.at(verb->name)), name == "transcript" || name == "run");
    }
    const std::string log = project.run({"log", "--json"}).out;
    CHECK(Json::parse(log).dump().find(Json(hostile).dump().substr(1, 20)) != std::string::npos); // it is there
}

TEST_CASE("hostile text: the request for approval shows it, and its lines cannot look like those of the dialogue.") {
    const HostileProject hostile_project;
    const ProgramResult& done = hostile_project.result_of_run();
    CHECK_MESSAGE(done.exit == 0, done.err);
    check_printed(done, true);
    CHECK(done.err.find("\\x1b]0;owned\\x07\\x1b[2J\\x7f\\u009b31m\\u202edrow") != std::string::npos);
    CHECK(done.err.find("wants to run: ") != std::string::npos);
    CHECK(done.err.find("\nforged line") == std::string::npos);
    CHECK(done.err.find("\n    forged line") != std::string::npos);
}

TEST_CASE("hostile text: errors show the arguments and names that they are about.") {
    const HostileProject hostile_project;
    const AgentProject& project = hostile_project.project();
    for (const Arguments& arguments : std::vector<Arguments>{{hostile},
                                                             {"log", "--" + hostile},
                                                             {"log", "--from", hostile},
                                                             {"log", "--stream", hostile},
                                                             {"log", "--db", hostile},
                                                             {"log", "--db", "no/" + hostile + "/folder"},
                                                             {"--domain", hostile, "log"},
                                                             {"ingest", "--format", hostile},
                                                             {"ingest", hostile},
                                                             {"erase", "--event", hostile},
                                                             {"erase", "--event", "1", "--into", "no/" + hostile},
                                                             {"retain", "--policy", hostile},
                                                             {"compact", "--into", hostile},
                                                             {"transcript", "--thread", hostile},
                                                             {"transcript", "--thread", "x" + hostile_lines},
                                                             {"diff", hostile},
                                                             {"revert", hostile},
                                                             {"run", "--", hostile},
                                                             {"submit", "--mode", hostile}}) {
        CAPTURE(arguments.size());
        CAPTURE(visible(arguments.back()));
        const ProgramResult refused = project.run(arguments);
        CHECK(refused.exit != 0);
        check_printed(refused);
    }
    check_printed(project.run({"submit"}, Json{{"type", hostile_lines}}.dump()));
    check_printed(project.run({"submit"}, "{\"type\":\"CreateProject\",\"" + escaped(hostile) + "\":1}"));
}

TEST_CASE("hostile text: log shows types and streams that a file from elsewhere contains.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    const std::string file = fixture.path(".evenfold/journal.db");
    run_sql(file, "DROP TRIGGER events_refuse_UPDATE; DROP TRIGGER streams_refuse_UPDATE");
    run_sql(file, "UPDATE events SET type = char(27) || ']0;x' || char(7) || char(8238) || char(10) || 'forged line'");
    run_sql(file, "UPDATE streams SET name = char(27) || '[2J' || char(155) || char(10) || 'forged line' || id");
    for (const Arguments& arguments : std::vector<Arguments>{{"log"},
                                                             {"log", "--json"},
                                                             {"model"},
                                                             {"replay"},
                                                             {"threads"},
                                                             {"transcript"},
                                                             {"bench", "--db", file},
                                                             {"bench", "--json", "--db", file}}) {
        CAPTURE(arguments.front());
        check_printed(fixture.run(arguments));
    }
    const std::string log = fixture.run({"log"}).out;
    CHECK(log.find("\\x1b]0;x\\x07\\u202e forged line") != std::string::npos);
    CHECK(log.find("\\x1b[2J\\u009b forged line") != std::string::npos);
    CHECK(fixture.run({"log", "--json"}).json()[0]["type"] == "\x1b]0;x\x07\xE2\x80\xAE\nforged line");
}

TEST_CASE("hostile text: diff shows it on a terminal, and writes an exact patch to a program.") {
    const HostileProject hostile_project;
    const AgentProject& project = hostile_project.project();
    const Arguments diff = hostile_project.calls().at("diff");
    CHECK(project.run(diff).out.find("\n-first\x1b]0;owned") != std::string::npos); // the control
    if (!has_terminals()) {
        MESSAGE("skipped: terminals cannot be created here");
        return;
    }
    std::string shown = RunningProgram(project.box().root(), diff, {.out = OutputDestination::terminal}).finish().out;
    std::erase(shown, '\r'); // which the terminal adds to each line
    CHECK(first_hidden(shown) == "");
    CHECK(shown.find("\n-first\\x1b]0;owned") != std::string::npos);
}

TEST_CASE("hostile text: the check finds each kind of hidden character, and nothing in ordinary text.") {
    for (const char* raw : {"\x1b", "\r", "\x7f", "\xC2\x9B", "\x9b", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8B"})
        CHECK(first_hidden(std::string("text ") + raw) != "");
    CHECK(first_hidden("text\n\tcaf\xC3\xA9 · 日本") == "");
}

} // namespace evenfold::cli_test
