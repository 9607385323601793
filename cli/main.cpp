/// The program `evenfold`: its command line, and which journal the verbs work on.
#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "evenfold/cli/verbs/commands.hpp"
#include "evenfold/cli/verbs/ingest.hpp"
#include "evenfold/cli/verbs/log.hpp"
#include "evenfold/cli/verbs/model.hpp"
#include "evenfold/cli/verbs/replay.hpp"
#include "evenfold/cli/verbs/submit.hpp"
#include "evenfold/cli/verbs/transcript.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace {

using namespace evenfold;
using namespace evenfold::cli;

/// Everything that the command line can say.
struct Line {
    std::string database;
    IngestOptions ingest;
    TranscriptOptions transcript;
    ModelOptions model;
    LogOptions log;
    ReplayOptions replay;
    SubmitOptions submit;
};

std::string default_database() {
    const char* named = std::getenv("EVENFOLD_DB"); // NOLINT(concurrency-mt-unsafe): no thread runs yet
    return named && *named ? named : "evenfold.db";
}

CLI::App* verb(CLI::App& app, Line& line, const char* name, const char* what, const char* more) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(more);
    sub->add_option("--db", line.database, "The journal, a SQLite file [evenfold.db here, or $EVENFOLD_DB]");
    return sub;
}

void add_ingest(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "ingest", "Record a coding agent's stream, as it comes",
             "Records one turn for each turn of the stream, into a thread of a project; both are made as needed.\n"
             "What has been read is in the journal, whatever happens to the program next.\n\n"
             "  claude -p 'fix the tests' --output-format stream-json --verbose | evenfold ingest\n"
             "  evenfold ingest --thread review session.jsonl\n\n"
             "Ends with 0 when the stream was whole, 1 when it was broken or held no turn, 3 when the journal failed.");
    sub->add_option("--project", line.ingest.project, "The project's folder [this folder]");
    sub->add_option("--thread", line.ingest.thread, "The thread's name [main]");
    sub->add_option("--format", line.ingest.format, "claude-stream-json or anthropic-sse [found out from the input]")
        ->check(CLI::IsMember({"claude-stream-json", "anthropic-sse"}));
    CLI::Option* acks =
        sub->add_flag("--acks", line.ingest.acks,
                      "Print the sequence that is safe, a line after each durable append, and nothing else");
    sub->add_flag("--json", line.ingest.json, "Print the summary as JSON")->excludes(acks);
    sub->add_option("INPUT", line.ingest.input, "A file; standard input when absent or -");
}

void add_transcript(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "transcript", "Show what was said and done",
             "With --json: an array of turns {thread, turn, ordinal, state, input, text, thinking, tool_calls,\n"
             "approvals, usage, stop_reason, error, notices}; text and thinking are the main thread's.");
    sub->add_option("--thread", line.transcript.thread, "A thread's id or name [all threads]");
    sub->add_option("--at", line.transcript.at, "As it was after this event [the last one]")
        ->check(CLI::NonNegativeNumber);
    sub->add_flag("--json", line.transcript.json, "Print one JSON document");
}

void add_model(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "model", "Show the read model: projects, threads, turns, checkpoints",
                         "With --json: {sequence, digest, model, outstanding}, the whole model in canonical order.");
    sub->add_option("--at", line.model.at, "As it was after this event [the last one]")->check(CLI::NonNegativeNumber);
    sub->add_flag("--json", line.model.json, "Print one JSON document");
}

void add_log(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "log", "Show the events",
                         "With --json: an array of events; with --json --follow: one JSON document a line, for ever.");
    sub->add_option("--from", line.log.from, "The first sequence to show [1]")->check(CLI::PositiveNumber);
    sub->add_option("--stream", line.log.stream, "Only this stream, such as thread-0192d3a0-...");
    sub->add_flag("--json", line.log.json, "Print JSON");
    sub->add_flag("--follow", line.log.follow, "Wait for more until interrupted; woken by other processes' appends");
}

void add_replay(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "replay", "Fold all events from nothing and compare with the live model",
             "Compares three digests: of the live model, of a fold from nothing, and of a fold that goes through a\n"
             "snapshot half-way. Ends with 1 when they differ.");
    sub->add_flag("--json", line.replay.json, "Print one JSON document");
}

void add_submit(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "submit", "Submit one command, as JSON",
             "A bare command is {\"type\": \"CreateProject\", \"project\": \"<uuid>\", \"title\": \"...\", \"root\": "
             "\"/...\"};\n"
             "one with an envelope {\"command_id\": \"<uuid>\", \"actor\": \"user\", \"at\": "
             "\"2026-11-21T02:12:00.000Z\", \"body\": {...}},\n"
             "where command_id, actor and at may be left out. The same command_id again has the same receipt.\n"
             "`evenfold commands` lists all commands with their fields.\n\n"
             "Prints {command, first_sequence, count, events} or, ending with 1, {error: {class, type, ...}}.");
    sub->add_option("INPUT", line.submit.input, "A file; standard input when absent or -");
}

using Access = journal::Access;

/// Runs `run` on the journal that the command line names.
template <class Run>
Exit with_journal(const Line& line, Access access, Run run) {
    auto journal = journal::open_sqlite_journal(line.database, access, {.domain = "orchestration"});
    if (!journal) return complain(journal.error());
    return run(**journal);
}

Exit run(const CLI::App& app, const Line& line) {
    using journal::Journal;
    if (app.got_subcommand("ingest"))
        return with_journal(line, Access::create,
                            [&](Journal& journal) { return ingest(journal, line.database, line.ingest); });
    if (app.got_subcommand("submit"))
        return with_journal(line, Access::create, [&](Journal& journal) { return submit(journal, line.submit); });
    if (app.got_subcommand("commands")) return commands();
    if (app.got_subcommand("transcript"))
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return transcript(journal, line.transcript); });
    if (app.got_subcommand("model"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return model(journal, line.model); });
    if (app.got_subcommand("log"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return log(journal, line.log); });
    if (app.got_subcommand("replay"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return replay(journal, line.replay); });
    return Exit::usage;
}

int finish(Exit exit) {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        exit = complain("standard output cannot be written", "what was recorded is kept", Exit::failure);
    }
    return static_cast<int>(exit);
}

} // namespace

int main(int argc, char** argv) try {
    Line line;
    line.database = default_database();
    CLI::App app("evenfold: a durable, replayable record of what coding agents say and do");
    app.set_version_flag("--version", "evenfold " EVENFOLD_VERSION);
    app.require_subcommand(1);
    add_ingest(app, line);
    add_transcript(app, line);
    add_model(app, line);
    add_log(app, line);
    add_replay(app, line);
    add_submit(app, line);
    app.add_subcommand("commands", "List the commands that submit takes, with their fields");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    return finish(run(app, line));
} catch (const std::exception& failure) { // of the machine: no memory, most likely
    std::fputs("evenfold: cannot go on, what was recorded is kept: ", stderr);
    std::fputs(failure.what(), stderr);
    std::fputs("\n", stderr);
    return static_cast<int>(Exit::failure);
}
