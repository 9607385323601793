#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// Runs the examples of the guides: the shell commands of README, and the program of docs/events.md.

namespace evenfold::cli_test {
namespace {

const std::string& tree = tests::source_tree();
const std::string demo = tree + "/examples/recordings/demo.claude-stream-json.jsonl";

/// Runs `line` in a shell in the fixture's folder. PATH contains the program, and an agent that replays the recording.
ProgramResult run_in_shell(const CliFixture& fixture, const std::string& line) {
    const auto bin = fixture.folder() / "bin";
    if (std::filesystem::create_directory(bin)) {
        std::filesystem::create_symlink(program(), bin / "evenfold");
        std::ofstream(bin / "claude") << "#!/bin/sh\nexec cat '" << demo << "'\n";
        std::filesystem::permissions(bin / "claude", std::filesystem::perms::owner_all);
    }
    const std::string command =
        "unset EVENFOLD_DB; cd '" + fixture.folder().string() + "' && PATH='" + bin.string() + "':\"$PATH\" && " + line;
    ProgramResult result;
    std::FILE* process = ::popen(command.c_str(), "r");
    REQUIRE(process);
    std::array<char, 4096> bytes{};
    for (std::size_t size = 0; (size = std::fread(bytes.data(), 1, bytes.size(), process)) > 0;)
        result.out.append(bytes.data(), size);
    const int status = ::pclose(process);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return result;
}

struct DocumentedCommand {
    std::string line;
    std::string output; // as the page shows it
};

/// Returns the lines of `page` after `$ `, each with the text up to the next one or to the end of its block.
std::vector<DocumentedCommand> documented_commands(const std::string& page) {
    std::vector<DocumentedCommand> documented;
    std::istringstream lines(page);
    bool is_output = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("$ ")) {
            documented.push_back({line.substr(2), {}});
            is_output = true;
        } else if (line.starts_with("```")) {
            is_output = false;
        } else if (is_output) {
            documented.back().output += line;
        }
    }
    return documented;
}

std::string without_spaces(std::string text) {
    std::erase_if(text, [](char letter) { return letter == ' ' || letter == '\n'; });
    return text;
}

/// Returns whether `output` matches `documented`, where an ellipsis matches any text.
bool matches(const std::string& output, const std::string& documented) {
    static const std::string ellipsis = "…";
    const std::string text = without_spaces(output);
    std::string rest = without_spaces(documented);
    std::size_t at = 0;
    for (std::size_t end = 0; end != std::string::npos; rest.erase(0, end + ellipsis.size())) {
        end = rest.find(ellipsis);
        const std::string piece = rest.substr(0, end);
        at = text.find(piece, at);
        if (at == std::string::npos) return false;
        at += piece.size();
        if (end == std::string::npos) break;
    }
    return true;
}

std::string python_program_of(const std::string& page) {
    const std::string opening = "```python\n";
    const auto begin = page.find(opening) + opening.size();
    return page.substr(begin, page.find("```", begin) - begin);
}

/// Submits events, and compares the transcript of the program with that of docs/events.md after each one.
class TranscriptComparison {
public:
    TranscriptComparison() { fixture_.write("transcript.py", python_program_of(content(tree + "/docs/events.md"))); }

    [[nodiscard]] const CliFixture& fixture() const { return fixture_; }

    Json compare(const std::string& what) const {
        const ProgramResult ours = fixture_.run({"transcript", "--json"});
        const ProgramResult theirs = run_in_shell(fixture_, "python3 transcript.py .evenfold/journal.db");
        REQUIRE_MESSAGE(theirs.exit == 0, what, ": python3 is needed, see tools/setup");
        CHECK_MESSAGE(ours.json() == theirs.json(), what, "\n", ours.out, "\n", theirs.out);
        return ours.json();
    }

    Json submit(const Json& body) const {
        const ProgramResult done =
            fixture_.run({"submit", "--as-system"}, Json{{"actor", "system"}, {"body", body}}.dump());
        REQUIRE_MESSAGE(done.exit == 0, body.dump(), done.out, done.err);
        return compare(body.dump());
    }

    /// Submits the event `seq` of the provider for `turn`.
    Json submit_provider_event(const std::string& turn, std::uint64_t seq, const Json& event) const {
        return submit({{"type", "IngestProviderEvent"}, {"turn", turn}, {"epoch", 1}, {"seq", seq}, {"event", event}});
    }

private:
    CliFixture fixture_;
};

std::string id(int number) {
    return "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a" + std::to_string(number);
}

const std::string project_id = id(10);
const std::string thread_id = id(11);
const std::string first_turn = id(12);
const std::string second_turn = id(13);

Json start(const std::string& turn, int message, const std::string& on_busy) {
    return {{"type", "StartTurn"},    {"turn", turn},     {"thread", thread_id},
            {"message", id(message)}, {"input", "go on"}, {"on_busy", on_busy}};
}

Json call(const std::string& call_id, const std::string& input) {
    return {{"type", "ToolCall"},
            {"call_id", call_id},
            {"name", "run_in_shell"},
            {"input", input},
            {"run_by_provider", false}};
}

} // namespace

TEST_CASE("README: its shell commands run in order, and print the documented output.") {
    const CliFixture fixture;
    const std::vector<DocumentedCommand> lines = documented_commands(content(tree + "/README.md"));
    CHECK(lines.size() > 5);
    for (const auto& [line, output] : lines) {
        const ProgramResult done = run_in_shell(fixture, line);
        CHECK_MESSAGE(done.exit == (output.starts_with("{ \"error\"") ? 1 : 0), line, "\n", done.out);
        CHECK_MESSAGE(matches(done.out, output), line, "\n", done.out);
    }
    CHECK(matches("{\"a\": 1, \"b\": 2}", "{ … \"b\": 2 }"));
    CHECK_FALSE(matches("{\"a\": 1, \"b\": 2}", "{ … \"b\": 3 }"));
}

TEST_CASE("events.md: its program computes the transcript of the demo recording.") {
    const TranscriptComparison comparison;
    REQUIRE(comparison.fixture().run({"ingest", demo}).exit == 0);
    CHECK(comparison.compare("the demo").size() == 2);
}

TEST_CASE("events.md: its program handles queues, approvals, sessions, reverts and deletions.") {
    const TranscriptComparison comparison;
    comparison.submit({{"type", "CreateProject"}, {"project", project_id}, {"title", "abacus"}, {"root", "/r"}});
    comparison.submit({{"type", "CreateThread"},
                       {"thread", thread_id},
                       {"project", project_id},
                       {"title", "t"},
                       {"model", "m"},
                       {"policy", "full"},
                       {"mode", "default"},
                       {"workspace", {{"type", "Root"}}}});
    comparison.submit(start(first_turn, 20, "reject"));
    comparison.submit({{"type", "BindSession"}, {"thread", thread_id}, {"epoch", 1}, {"session_ref", "s"}});
    CHECK(comparison.submit(start(second_turn, 21, "enqueue"))[1]["state"] == "queued");
    comparison.submit_provider_event(first_turn, 1, {{"type", "TextDelta"}, {"text", {{"$hex", "67c3"}}}});
    comparison.submit_provider_event(first_turn, 2, {{"type", "TextDelta"}, {"text", {{"$hex", "bc"}}}});
    comparison.submit_provider_event(first_turn, 3,
                                     {{"type", "TextDelta"}, {"text", "of a subagent"}, {"parent", "c1"}});
    CHECK(comparison.submit_provider_event(first_turn, 4, {{"type", "ThinkingDelta"}, {"text", "hm"}})[0]["text"] ==
          "g\u00fc");
    comparison.submit_provider_event(first_turn, 5, call("c1", "{\"a\": [1, null]}"));
    comparison.submit_provider_event(first_turn, 6, call("c2", "{\"cut o"));
    comparison.submit_provider_event(first_turn, 7, call("", "NaN"));
    comparison.submit_provider_event(first_turn, 8,
                                     {{"type", "ToolResult"}, {"call_id", "c1"}, {"output", "no"}, {"is_error", true}});
    const Json kind{{"type", "ToolApproval"}, {"name", "n"}, {"summary", "s"}};
    const Json asked = comparison.submit_provider_event(
        first_turn, 9, {{"type", "AwaitingApproval"}, {"request_id", "r"}, {"call_id", "c2"}, {"kind", kind}});
    CHECK(asked[0]["state"] == "awaiting");
    comparison.submit({{"type", "RespondApproval"},
                       {"request", asked[0]["approvals"][0]["id"]},
                       {"decision", {{"type", "Deny"}, {"feedback", "not now"}}}});
    comparison.submit_provider_event(first_turn, 10, {{"type", "Notice"}, {"level", "warning"}, {"text", "n"}});
    comparison.submit({{"type", "InterruptTurn"}, {"turn", first_turn}});
    const Json lost =
        comparison.submit({{"type", "LoseSession"}, {"thread", thread_id}, {"epoch", 1}, {"reason", "gone"}});
    CHECK(lost[0]["state"] == "interrupted");
    CHECK(lost[0]["session"] == "s");
    CHECK(lost[1]["session"].is_null()); // it was never sent
    CHECK(lost[0]["approvals"][0]["state"] == "expired");
    CHECK(lost[0]["tool_calls"][1]["status"] == "abandoned");
    comparison.submit({{"type", "CancelQueuedTurn"}, {"turn", second_turn}});

    const Json model = comparison.fixture().run({"model", "--json"}).json()["model"]["index"];
    std::string baseline;
    for (const Json& checkpoint : model["checkpoints"]) {
        if (checkpoint["kind"] == "baseline") baseline = checkpoint["id"];
        comparison.submit({{"type", "AssignCheckpointRef"},
                           {"checkpoint", checkpoint["id"]},
                           {"git_ref", "refs/x"},
                           {"files", Json::array()}});
    }
    comparison.submit(
        {{"type", "RevertToCheckpoint"}, {"revert", id(30)}, {"thread", thread_id}, {"checkpoint", baseline}});
    for (const std::string stage : {"rescue_taken", "conversation_rolled_back", "files_restored"})
        comparison.submit({{"type", "AdvanceRevert"}, {"revert", id(30)}, {"stage", stage}});
    CHECK(comparison.submit({{"type", "CompleteRevert"}, {"revert", id(30)}}).empty());
    CHECK(comparison.submit(start(id(14), 22, "reject")).size() == 1);
    CHECK(comparison.submit({{"type", "DeleteProject"}, {"project", project_id}, {"force", true}}).empty());
}

} // namespace evenfold::cli_test
