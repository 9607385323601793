/// The program `evenfold`: its command line, and which journal the verbs work on.
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>

#include "evenfold/bench/allocations.hpp"
#include "evenfold/cli/verbs/bench.hpp"
#include "evenfold/cli/verbs/checkpoints.hpp"
#include "evenfold/cli/verbs/commands.hpp"
#include "evenfold/cli/verbs/commit.hpp"
#include "evenfold/cli/verbs/diff.hpp"
#include "evenfold/cli/verbs/ingest.hpp"
#include "evenfold/cli/verbs/log.hpp"
#include "evenfold/cli/verbs/model.hpp"
#include "evenfold/cli/verbs/replay.hpp"
#include "evenfold/cli/verbs/revert.hpp"
#include "evenfold/cli/verbs/run.hpp"
#include "evenfold/cli/verbs/submit.hpp"
#include "evenfold/cli/verbs/threads.hpp"
#include "evenfold/cli/verbs/transcript.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/providers/provider.hpp"

namespace {

using namespace evenfold;
using namespace evenfold::cli;

constexpr auto verbs =
    std::to_array<std::string_view>({"run", "ingest", "threads", "transcript", "checkpoint", "checkpoints", "diff",
                                     "revert", "commit", "model", "log", "replay", "bench", "submit", "commands"});

/// Everything that the command line can say.
struct Line {
    std::string database;
    RunOptions run;
    IngestOptions ingest;
    TranscriptOptions transcript;
    ModelOptions model;
    LogOptions log;
    ReplayOptions replay;
    BenchOptions bench;
    SubmitOptions submit;
    ThreadsOptions threads;
    CheckpointOptions checkpoint;
    CheckpointsOptions checkpoints;
    DiffOptions diff;
    RevertOptions revert;
    CommitOptions commit;
};

std::string default_database() {
    const char* named = std::getenv("EVENFOLD_DB"); // NOLINT(concurrency-mt-unsafe): no thread runs yet
    return named && *named ? named : "evenfold.db";
}

/// Whole numbers that fit into a sequence. (The parser's own checks take what overflows for the greatest one.)
CLI::Validator from_number(Sequence least) {
    return {[least](const std::string& text) -> std::string {
                Sequence number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                const bool is_number = error == std::errc() && end == text.data() + text.size() && number >= least;
                return is_number ? "" : fmt::format("{} is no whole number from {} on", printable(text), least);
            },
            "NUMBER"};
}

CLI::App* verb(CLI::App& app, Line& line, const char* name, const char* what, const char* more) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(more);
    sub->add_option("--db", line.database, "The journal, a SQLite file [evenfold.db here, or $EVENFOLD_DB]");
    return sub;
}

CLI::Validator known_format() {
    const std::vector<std::string_view> names = providers::format_names();
    return CLI::IsMember(std::vector<std::string>(names.begin(), names.end()));
}

void add_place(CLI::App& sub, PlaceOptions& place) {
    sub.add_option("--project", place.project, "The project's folder [this folder]");
    sub.add_option("--thread", place.thread, "The thread's name [main]");
}

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

void add_transcript(CLI::App& app, Line& line) {
    CLI::App* sub =
        verb(app, line, "transcript", "Show what was said and done",
             "With --json: an array of turns {thread, turn, ordinal, state, input, text, thinking, tool_calls,\n"
             "approvals, usage, stop_reason, error, notices}; text and thinking are the main thread's.");
    sub->add_option("--thread", line.transcript.thread, "A thread's id or name [all threads]");
    sub->add_option("--at", line.transcript.at, "As it was after this event [the last one]")->check(from_number(0));
    sub->add_flag("--json", line.transcript.json, "Print one JSON document");
}

void add_model(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "model", "Show the read model: projects, threads, turns, checkpoints",
                         "With --json: {sequence, digest, model, outstanding}, the whole model in canonical order.");
    sub->add_option("--at", line.model.at, "As it was after this event [the last one]")->check(from_number(0));
    sub->add_flag("--json", line.model.json, "Print one JSON document");
}

void add_log(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "log", "Show the events",
                         "With --json: an array of events; with --json --follow: one JSON document a line, for ever.");
    sub->add_option("--from", line.log.from, "The first sequence to show [1]")->check(from_number(1));
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

void add_bench(CLI::App& app, Line& line) {
    CLI::App* sub = app.add_subcommand("bench", "Measure what an event costs: of which kind, and where in the log");
    sub->footer(
        "Folds the events of the journal again and again and tells nanoseconds an event: median, 99th percentile and\n"
        "distribution, by kind of event and by place in the log; allocations, and the heap that the model takes; and\n"
        "what reading, decoding and folding are of a replay. The journal is only read. Without --db it is a mix of\n"
        "made-up work, the same on every machine. docs/benchmarking.md tells how to read the figures.\n\n"
        "  evenfold bench --db evenfold.db --json > before.json\n"
        "  evenfold bench --db evenfold.db --compare before.json --html bench.html\n\n"
        "Ends with 1 when --compare finds a figure that is worse by more than the factor, or another log.");
    sub->add_option("--db", line.bench.database, "The journal, a SQLite file [none: the mix]");
    sub->add_option("--events", line.bench.events,
                    "So many events: the first of the journal, or of the mix [all; 200000]")
        ->check(from_number(1));
    CLI::Option* compare =
        sub->add_option("--compare", line.bench.compare, "What got slower since this was written by --json");
    sub->add_option("--factor", line.bench.factor, "What --compare bears with [1.25]")
        ->check(CLI::Range(1.0, 1e6))
        ->needs(compare);
    sub->add_option("--html", line.bench.html, "Write a page with plots to this file");
    sub->add_flag("--json", line.bench.json, "Print one JSON document, as docs/benchmarking.md has it");
}

void add_threads(CLI::App& app, Line& line) {
    CLI::App* sub = verb(app, line, "threads", "List all threads, and how they stand",
                         "With --json: an array of {thread, title, project, root, folder, status, turns, queued,\n"
                         "checkpoints}.");
    sub->add_flag("--json", line.threads.json, "Print one JSON document");
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
    const WithJournal created = [&](const auto& go) {
        return with_journal(line, Access::create, [&go](Journal& journal) { return go(journal); });
    };
    const WithJournal writing = [&](const auto& go) {
        return with_journal(line, Access::read_write, [&go](Journal& journal) { return go(journal); });
    };
    if (app.got_subcommand("run")) return cli::run(created, line.database, line.run);
    if (app.got_subcommand("ingest")) return ingest(created, line.database, line.ingest);
    if (app.got_subcommand("submit")) return submit(created, line.submit);
    if (app.got_subcommand("checkpoint")) return checkpoint(created, line.database, line.checkpoint);
    if (app.got_subcommand("commit")) return commit(created, line.database, line.commit);
    if (app.got_subcommand("revert")) return revert(writing, line.database, line.revert);
    if (app.got_subcommand("commands")) return commands();
    if (app.got_subcommand("transcript"))
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return transcript(journal, line.transcript); });
    if (app.got_subcommand("threads"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return threads(journal, line.threads); });
    if (app.got_subcommand("checkpoints"))
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return checkpoints(journal, line.checkpoints); });
    if (app.got_subcommand("diff"))
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return diff(journal, line.database, line.diff); });
    if (app.got_subcommand("model"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return model(journal, line.model); });
    if (app.got_subcommand("log"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return log(journal, line.log); });
    if (app.got_subcommand("replay"))
        return with_journal(line, Access::read_only, [&](Journal& journal) { return replay(journal, line.replay); });
    if (app.got_subcommand("bench"))
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return cli::bench(&journal, line.bench); });
    return Exit::usage;
}

/// A file that is opened must not come to stand where the program prints: what was closed is opened on nothing.
void keep_standard_files() {
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(file, F_GETFD) == -1 && errno == EBADF) (void)::open("/dev/null", O_RDONLY);
    }
}

/// The command line cannot be understood; `first` is its first word.
Exit refuse(const CLI::ParseError& error, std::string_view first) {
    const bool is_verb = std::ranges::find(verbs, first) != verbs.end();
    if (is_verb || first.empty() || first.starts_with('-')) {
        return complain(error.what(), "--help tells what is understood", Exit::usage);
    }
    return complain(fmt::format("there is no verb '{}'", first),
                    fmt::format("the verbs are {}", fmt::join(verbs, ", ")), Exit::usage);
}

/// Why no journal can be where the command line wants it, told; or nothing.
std::optional<Exit> misplaced(const std::string& database) {
    if (database.empty()) return complain("--db names no file", "name one, or leave the option out", Exit::usage);
    const std::filesystem::path folder = std::filesystem::path(database).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::exists(folder, ignored) || ignored) return std::nullopt;
    return complain(fmt::format("{}: the folder {} is not there", database, folder.string()),
                    "make the folder first, or choose another --db", Exit::failure);
}

int finish(Exit exit) {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        exit = complain("standard output cannot be written", "what was recorded is kept", Exit::failure);
    }
    return static_cast<int>(exit);
}

} // namespace

int main(int argc, char** argv) try {
    keep_standard_files();
    Line line;
    line.database = default_database();
    CLI::App app("evenfold: a durable, replayable record of what coding agents say and do");
    app.set_version_flag("--version", "evenfold " EVENFOLD_VERSION);
    app.require_subcommand(1);
    add_run(app, line);
    add_ingest(app, line);
    add_transcript(app, line);
    add_model(app, line);
    add_log(app, line);
    add_replay(app, line);
    add_bench(app, line);
    add_submit(app, line);
    add_threads(app, line);
    add_checkpoints(app, line);
    add_diff(app, line);
    add_revert(app, line);
    add_commit(app, line);
    app.add_subcommand("commands", "List the commands that submit takes, with their fields");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        app.exit(asked); // prints it: help, or the version
        return finish(Exit::success);
    } catch (const CLI::ParseError& error) {
        return static_cast<int>(refuse(error, argc > 1 ? argv[1] : ""));
    }
    evenfold::bench::count_allocations(app.got_subcommand("bench"));
    if (app.got_subcommand("bench")) {
        if (!line.bench.database) return finish(cli::bench(nullptr, line.bench));
        line.database = *line.bench.database;
    }
    if (const auto stop = misplaced(line.database)) return static_cast<int>(*stop);
    return finish(run(app, line));
} catch (const std::system_error& failure) { // the only thing that throws is printing
    to_terminal("evenfold: standard output cannot be written, what was recorded is kept: ");
    to_terminal(failure.code().message() + "\n");
    return static_cast<int>(Exit::failure);
} catch (const std::exception& failure) { // of the machine: no memory, most likely
    to_terminal("evenfold: cannot go on, what was recorded is kept: ");
    to_terminal(failure.what());
    to_terminal("\n");
    return static_cast<int>(Exit::failure);
}
