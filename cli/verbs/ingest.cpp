#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <system_error>
#include <utility>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/recording/ingest_report.hpp"
#include "evenfold/cli/recording/input_reader.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

struct IngestOptions {
    TargetOptions target;
    std::string format; // empty: detected
    std::string input;
    std::string prompt; // text, or @ and the name of a file
    bool raw = false;
    bool acks = false;
    bool json = false;
};

constexpr std::size_t prompt_file_bytes_max = 16U << 20;

/// Shows progress on a terminal, and prints acknowledgements if --acks is set.
class IngestProgress {
public:
    explicit IngestProgress(bool acks) : acks_(acks), terminal_(system::is_terminal(system::StandardStream::error)) {}

    void show(std::uint64_t bytes, const RecordingSummary& recorded) {
        if (acks_ && recorded.last != acked_) {
            acked_ = recorded.last;
            write_to_stdout("{}\n", acked_);
            if (!flush_stdout()) throw std::system_error(errno, std::generic_category(), "standard output");
        }
        if (!terminal_) return;
        erase_line_on_stderr();
        write_to_stderr(fmt::format("{} KiB read, {}, recorded up to event {}", bytes / 1024,
                                    count_of(recorded.turns, "turn"), recorded.last));
        shown_ = true;
    }

    void clear() const {
        if (shown_) erase_line_on_stderr();
    }

private:
    bool acks_;
    bool terminal_;
    bool shown_ = false;
    Sequence acked_ = 0;
};

/// One run of the verb. Steps return the exit code if they cannot continue; the error has been printed by then.
class IngestRun {
public:
    IngestRun(InputReader input, std::string prompt, const Invocation& invocation, const IngestOptions& options)
        : input_(std::move(input)),
          prompt_(std::move(prompt)),
          invocation_(invocation),
          options_(options),
          stream_(providers::format_named(options.format)),
          progress_(options.acks) {}

    /// Opens the journal only when there is something to record.
    ExitCode run() {
        std::optional<ExitCode> stop;
        while (!stop && !at_end_ && items_.empty()) stop = read();
        if (!stop && !items_.empty()) {
            const auto all = [&](journal::Journal& journal) {
                stop = record_all(journal);
                return stop.value_or(ExitCode::success);
            };
            const ExitCode exit = invocation_.with_journal_of(orchestration_name, JournalAccess::create, all);
            if (!stop && exit != ExitCode::success) stop = exit;
        }
        progress_.clear();
        return stop ? *stop : report_summary();
    }

private:
    /// Reads the bytes that have arrived, and the items that they complete.
    std::optional<ExitCode> read() {
        const auto chunk = input_.next_chunk();
        if (!chunk) read_error_ = chunk.error();
        const std::string_view bytes = chunk.value_or(std::string_view());
        at_end_ = bytes.empty();
        bytes_ += bytes.size();
        items_.clear();
        if (at_end_) {
            if (options_.raw) lines_.finish([this](const providers::Line& line) { keep_raw(line); });
            append(stream_.finish());
        } else {
            parse(bytes);
        }
        insert_prompt();
        if (!stream_.looks_like()) return std::nullopt;
        progress_.clear();
        return report_error(
            fmt::format("{} looks like {}, which is not a supported format", input_.name(), *stream_.looks_like()),
            fmt::format("the supported formats are {}{}", fmt::join(providers::format_names(), ", "),
                        stream_.is_named_format() ? "" : "; --format NAME skips the detection"));
    }

    std::optional<ExitCode> record_all(journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation_);
        if (!workspace) return workspace.error();
        const auto thread = workspace->claim_for_recording(options_.target);
        if (!thread) return thread.error();
        Recorder recorder = workspace->recorder(*thread, "a recorded stream has no work tree to capture");
        std::optional<ExitCode> stop = record(recorder);
        while (!stop && !at_end_) {
            if (input_.is_waiting()) stop = show_waiting(recorder);
            if (!stop) stop = read();
            if (!stop && (at_end_ || !items_.empty())) stop = record(recorder);
        }
        return stop;
    }

    std::optional<ExitCode> record(Recorder& recorder) {
        const auto saved = at_end_ ? recorder.finish(items_) : recorder.record(items_);
        recorded_ = recorder.recorded();
        if (saved) {
            progress_.show(bytes_, recorded_);
            return std::nullopt;
        }
        progress_.clear();
        const ExitCode exit = report_refusal_of_stream(saved.error());
        report_detail(fmt::format("the events up to {} are recorded; the rest of the input is not", recorded_.last));
        return exit;
    }

    /// Shows the agent at work while it prints nothing.
    std::optional<ExitCode> show_waiting(Recorder& recorder) {
        const auto begun = recorder.begin_waiting_turn();
        recorded_ = recorder.recorded();
        if (begun) {
            progress_.show(bytes_, recorded_);
            return std::nullopt;
        }
        progress_.clear();
        return report_refusal_of_stream(begun.error());
    }

    static ExitCode report_refusal_of_stream(const Refusal& refusal) {
        const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal);
        const auto* taken =
            rejected ? std::get_if<orchestration::rejection::SlotAlreadyResolved>(&rejected->error) : nullptr;
        if (!taken) return report_error(refusal, Actor::provider);
        return report_error(fmt::format("the thread was taken over by session '{}'", taken->value),
                            "use another thread with --thread NAME");
    }

    /// Adds the items of `bytes`. With --raw, each line comes before its items as a notice.
    void parse(std::string_view bytes) {
        if (!options_.raw) return append(stream_.feed(bytes));
        while (!bytes.empty()) {
            const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
            lines_.feed(bytes.substr(0, end), [this](const providers::Line& line) { keep_raw(line); });
            append(stream_.feed(bytes.substr(0, end)));
            bytes.remove_prefix(end);
        }
    }

    void keep_raw(const providers::Line& line) {
        items_.emplace_back(orchestration::ProviderEvent(orchestration::provider::Notice{
            .level = orchestration::NoticeLevel::info,
            .text = fmt::format("line {}: {}", line.position.line, line.too_long ? "too long" : line.text)}));
    }

    void append(std::vector<providers::Item> more) { std::ranges::move(more, std::back_inserter(items_)); }

    /// Inserts the prompt of --prompt before the first items, unless the stream contains its prompt.
    void insert_prompt() {
        if (prompt_.empty() || items_.empty()) return;
        const auto is_prompt = [](const auto& item) { return std::holds_alternative<providers::Prompt>(item); };
        const auto is_session = [](const auto& item) {
            return std::holds_alternative<providers::SessionStarted>(item);
        };
        if (std::ranges::none_of(items_, is_prompt)) {
            const auto session = std::ranges::find_if(items_, is_session);
            items_.insert(session == items_.end() ? items_.begin() : std::next(session),
                          providers::Prompt{.text = prompt_});
        }
        prompt_.clear();
    }

    ExitCode report_summary() {
        return report_ingest({.input = input_.name(),
                              .bytes = bytes_,
                              .recorded = recorded_,
                              .skipped = stream_.skipped(),
                              .unmapped = stream_.unmapped(),
                              .read_error = read_error_},
                             options_.json   ? IngestReportForm::json
                             : options_.acks ? IngestReportForm::none
                                             : IngestReportForm::words);
    }

    InputReader input_;
    std::string prompt_; // of --prompt, until it is recorded
    const Invocation& invocation_;
    const IngestOptions& options_;
    providers::DetectingParser stream_;
    IngestProgress progress_;
    RecordingSummary recorded_;
    providers::LineSplitter lines_{providers::LineEnd::newline}; // for --raw
    std::vector<providers::Item> items_;                         // completed by the last read
    std::uint64_t bytes_ = 0;
    bool at_end_ = false;
    std::string read_error_;
};

/// Returns the text of --prompt.
std::expected<std::string, std::string> prompt_of(const IngestOptions& options) {
    if (!options.prompt.starts_with('@')) return options.prompt;
    auto file = InputReader::open(options.prompt.substr(1));
    return file ? read_whole(*file, prompt_file_bytes_max) : std::unexpected(file.error());
}

ExitCode ingest(const Invocation& invocation, const IngestOptions& options) {
    auto prompt = prompt_of(options);
    if (!prompt) return report_error(prompt.error(), "check the file of --prompt");
    auto input = InputReader::open(options.input);
    if (!input) return report_error(input.error(), "check the name of the file");
    system::catch_interrupts();
    return IngestRun(std::move(*input), std::move(*prompt), invocation, options).run();
}

RunVerb declare_ingest(OptionSet& set) {
    auto options = std::make_shared<IngestOptions>();
    add_target_options(set, options->target);
    set.text("--format NAME", options->format,
             fmt::format("{} (default: detected)", fmt::join(providers::format_names(), " or ")))
        .one_of(known_formats());
    set.text("--prompt TEXT", options->prompt,
             "The prompt of the first turn, or @FILE, if the stream does not contain it");
    set.flag("--raw", options->raw, "Also keep each line of the input as a notice");
    const DeclaredOption acks =
        set.flag("--acks", options->acks, "Print only the last durable sequence, one per append");
    set.flag("--json", options->json, "Print the summary as JSON").excludes(acks);
    set.text("INPUT", options->input, "The file to read (default, or -: standard input)");
    return [options](const Invocation& invocation) { return ingest(invocation, *options); };
}

} // namespace

const Verb ingest_verb{
    .name = "ingest",
    .summary = "Record the output stream of a coding agent",
    .details =
        "Records each turn of the stream as a turn of the thread. Creates the project and the thread if necessary.\n"
        "Turns that the thread already contains are not recorded again: after a kill, ingest the same recording again "
        "to\n"
        "record what is missing. Content outside of the conversation is kept in notices, up to 64 KiB each.\n"
        "Reports of the agent between two turns are recorded in the next one; after the last turn, in that one.\n"
        "Escape sequences and log text around the objects of a stream are skipped and counted. They do not change the\n"
        "exit status.\n"
        "A stream of Claude Code and the transcript that it stores contain the same session, which is recorded once.\n"
        "Each chunk is durable in the journal before the next one is read, so a crash loses nothing already read,\n"
        "except reports between two turns, which are recorded with the next turn or at the end.\n"
        "\n"
        "  claude -p 'fix the tests' --output-format stream-json --verbose | evenfold ingest\n"
        "  evenfold ingest --thread review session.jsonl\n"
        "  evenfold ingest ~/.claude/projects/PROJECT/SESSION.jsonl\n"
        "\n"
        "Exit status: 0 if the stream was complete, even if the agent reported that a turn failed; 1 if the stream\n"
        "contained no turn, was interrupted, was partly unreadable, or ended without the end of its last turn; 3 if\n"
        "the journal failed.",
    .domain = orchestration_name,
    .may_create = true,
    .declare = &declare_ingest};

} // namespace evenfold::cli
