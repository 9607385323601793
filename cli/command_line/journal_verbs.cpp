#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>

#include "evenfold/cli/command_line/verbs.hpp"
#include "evenfold/cli/words/report.hpp"

namespace evenfold::cli {
namespace {

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

} // namespace

CLI::App* verb(CLI::App& app, Line& line, const char* name, const char* what, const char* more) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(more);
    sub->add_option("--db", line.database, "The journal, a SQLite file [evenfold.db here, or $EVENFOLD_DB]");
    return sub;
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

} // namespace evenfold::cli
