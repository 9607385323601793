#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "evenfold/cli/command_line/verbs.hpp"
#include "evenfold/providers/formats.hpp"

namespace evenfold::cli {
namespace {

CLI::Validator known_format() {
    const std::vector<std::string_view> names = providers::format_names();
    return CLI::IsMember(std::vector<std::string>(names.begin(), names.end()));
}

void add_place(CLI::App& sub, PlaceOptions& place) {
    sub.add_option("--project", place.project, "The project's folder [this folder]");
    sub.add_option("--thread", place.thread, "The thread's name [main]");
}

} // namespace

void add_run(CLI::App& app, Line& line) {
    CLI::App* sub = verb(
        app, line, "run", "Run a coding agent for one turn, and record it as it works",
        "Takes a checkpoint of the files, starts COMMAND in the thread's folder, records what it prints as it comes,\n"
        "asks you what it asks, and takes a checkpoint when it is done. Ctrl-C asks it to stop, again stops it.\n\n"
        "  evenfold run -- claude -p 'fix the tests' --output-format stream-json --verbose\n"
        "  evenfold run --prompt 'fix the tests' -- claude -p --input-format stream-json \\\n"
        "      --output-format stream-json --verbose --permission-prompt-tool stdio\n\n"
        "Only the second form can ask you, and be interrupted politely. Questions are answered on standard input:\n"
        "y, s (for this session), or n with a reason. Ends with 0 when the turn was completed and the agent ended "
        "well,\n1 when not; 3 when the journal failed.");
    add_place(*sub, line.run.place);
    sub->add_option("--format", line.run.format, "Of its output [found out from it]")->check(known_format());
    sub->add_option("--prompt", line.run.prompt,
                    "What to tell it [standard input where it reads its own; else the command says it]");
    sub->add_option("--silence", line.run.silence_s, "Ask it to stop when it says nothing for so many seconds [never]")
        ->check(CLI::Range(1U, 1'000'000U));
    sub->add_flag("--no-checkpoints", line.run.no_checkpoints, "Leave the files alone");
    sub->add_flag("--json", line.run.json,
                  "Print one JSON document: {thread, turn, state, agent, reason,\n"
                  "first_sequence, last_sequence}");
    sub->add_option("COMMAND", line.run.command, "The agent's command line, after --")->required();
}

void add_ingest(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "ingest", "Record a coding agent's stream, as it comes",
             "Records one turn for each turn of the stream, into a thread of a project; both are made as needed.\n"
             "What has been read is in the journal, whatever happens to the program next.\n\n"
             "  claude -p 'fix the tests' --output-format stream-json --verbose | evenfold ingest\n"
             "  evenfold ingest --thread review session.jsonl\n\n"
             "Ends with 0 when the stream was whole, 1 when it held no turn or was broken: cut off, ended by an error "
             "event\n"
             "instead of the end of its message, interrupted, or in part unreadable; 3 when the journal failed.\n"
             "An agent that fails and says so in its result has a failed turn in a stream that is whole.");
    add_place(*sub, line.ingest.place);
    sub->add_option("--format", line.ingest.format,
                    fmt::format("{} [found out from the input]", fmt::join(providers::format_names(), " or ")))
        ->check(known_format());
    CLI::Option* acks =
        sub->add_flag("--acks", line.ingest.acks,
                      "Print the sequence that is safe, a line after each durable append, and nothing else");
    sub->add_flag("--json", line.ingest.json, "Print the summary as JSON")->excludes(acks);
    sub->add_option("INPUT", line.ingest.input, "A file; standard input when absent or -");
}

void add_submit(CLI::App& app, Line& line) {
    CLI::App* sub = verb(
        app, line, "submit", "Submit one command, as JSON",
        "A bare command is {\"type\": \"CreateProject\", \"project\": \"<uuid>\", \"title\": \"...\", \"root\": "
        "\"/...\"};\n"
        "one with an envelope {\"command_id\": \"<uuid>\", \"actor\": \"user\", \"at\": "
        "\"2026-11-21T02:12:00.000Z\",\n"
        "\"cause\": 17, \"correlation\": \"<uuid>\", \"body\": {...}}, where all but the body may be left out: actor "
        "is "
        "then user,\nat the time of now. cause is the sequence of the event that the command answers, correlation the "
        "id "
        "of the\ncommand that began it all. The same command_id again has the same receipt. Other fields are refused.\n"
        "`evenfold commands` lists all commands with their fields.\n\n"
        "Prints {command_id, first_sequence, count, events} or, ending with 1, {error: {class, type, ...}}.");
    sub->add_option("INPUT", line.submit.input, "A file; standard input when absent or -");
}

void add_checkpoints(CLI::App& app, Line& line) {
    CLI::App* all = verb(app, line, "checkpoints", "List the checkpoints of the files",
                         "With --json: an array of {checkpoint, thread, ordinal, kind, state, ref, files, reason,\n"
                         "after_turn, label}; files are those that changed since the one before.");
    all->add_option("--thread", line.checkpoints.thread, "A thread's id or name [all threads]");
    all->add_flag("--json", line.checkpoints.json, "Print one JSON document");
    CLI::App* one = verb(app, line, "checkpoint", "Take a checkpoint of a thread's files",
                         "All files of the folder but ignored ones, as a commit under refs/evenfold/checkpoints/.\n"
                         "Your index, HEAD, branches and stash are not touched.");
    add_place(*one, line.checkpoint.place);
    one->add_option("--label", line.checkpoint.label, "What to call it");
    one->add_flag("--json", line.checkpoint.json, "Print one JSON document");
}

void add_diff(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "diff", "Show what differs between two checkpoints, or from the files as they are",
                         "A checkpoint is named by its label, its id, or the beginning of that.\n"
                         "With --json: an array of {kind, path, old_path, binary}.");
    sub->add_option("FROM", line.diff.from, "A checkpoint")->required();
    sub->add_option("TO", line.diff.to, "Another one [the files as they are]");
    sub->add_flag("--json", line.diff.json, "Print one JSON document");
}

void add_revert(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "revert", "Go back to a checkpoint: files and conversation",
             "Turns behind the checkpoint are taken back, and the files are as they were then: what was added goes,\n"
             "ignored files stay. What is there now becomes a checkpoint first, so that this can be reverted, too.\n"
             "With --json: {revert, thread, checkpoint, removed_turns, rescue}.");
    sub->add_option("CHECKPOINT", line.revert.checkpoint, "Its label, its id, or the beginning of that")->required();
    sub->add_flag("--json", line.revert.json, "Print one JSON document");
}

void add_commit(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "commit", "Commit a thread's files on the branch that is checked out",
                         "By the user that git's configuration names. Hooks are not run, and nothing is signed.\n"
                         "With --json: {commit, thread, sha, branch}.");
    add_place(*sub, line.commit.place);
    sub->add_option("-m,--message", line.commit.message, "The message")->required();
    sub->add_option("--checkpoint", line.commit.checkpoint, "The files of this checkpoint [as they are]");
    sub->add_flag("--json", line.commit.json, "Print one JSON document");
}

} // namespace evenfold::cli
