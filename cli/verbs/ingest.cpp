#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/notice_line.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/recording/input_reader.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

struct IngestOptions {
    TargetOptions target;
    std::string format; // empty: detected
    std::string input;
    bool acks = false;
    bool json = false;
};

constexpr std::size_t stray_lines_max = 20; // printed one by one

/// Shows progress on a terminal, and prints acknowledgements if --acks is set.
class IngestProgress {
public:
    explicit IngestProgress(bool acks) : acks_(acks), terminal_(system::is_terminal(system::StandardStream::error)) {}

    void show(std::uint64_t bytes, const RecordingSummary& recorded) {
        if (acks_ && recorded.last != acked_) {
            acked_ = recorded.last;
            fmt::print("{}\n", acked_);
            if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
        }
        if (!terminal_) return;
        write_to_stderr(fmt::format("\r\x1b[K{} KiB read, {}, recorded up to event {}", bytes / 1024,
                                    count_of(recorded.turns, "turn"), recorded.last));
        shown_ = true;
    }

    void clear() const {
        if (shown_) write_to_stderr("\r\x1b[K");
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
    IngestRun(InputReader input, const Invocation& invocation, const IngestOptions& options)
        : input_(std::move(input)),
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
        items_ = at_end_ ? stream_.finish() : stream_.feed(bytes);
        if (!stream_.looks_like()) return std::nullopt;
        progress_.clear();
        return report_error(
            fmt::format("{} looks like {}, which is not a supported format", input_.name(), *stream_.looks_like()),
            fmt::format("the supported formats are {}{}", fmt::join(providers::format_names(), ", "),
                        stream_.is_named_format() ? "" : "; --format NAME skips the detection"));
    }

    std::optional<ExitCode> record_all(journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation_.database());
        if (!workspace) return workspace.error();
        const auto thread = workspace->claim_for_recording(options_.target);
        if (!thread) return thread.error();
        Recorder recorder = workspace->recorder(*thread, "a recorded stream has no work tree to capture");
        std::optional<ExitCode> stop = record(recorder);
        while (!stop && !at_end_) {
            stop = read();
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

    static ExitCode report_refusal_of_stream(const Refusal& refusal) {
        const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal);
        const auto* taken =
            rejected ? std::get_if<orchestration::rejection::SlotAlreadyResolved>(&rejected->error) : nullptr;
        if (!taken) return report_error(refusal, Actor::provider);
        return report_error(fmt::format("the thread was taken over by session '{}'", taken->value),
                            "use another thread with --thread NAME");
    }

    ExitCode report_summary() {
        const providers::SkipCounts skipped = stream_.skipped();
        if (options_.json)
            print_json(skipped);
        else if (!options_.acks)
            print_words(skipped);
        report_stray_events();
        if (!read_error_.empty())
            return report_error(read_error_, "all input before the error is recorded", ExitCode::failure);
        if (system::interrupt_count() > 0)
            return report_error("interrupted", "all input before the interrupt is recorded");
        if (recorded_.turns == 0) {
            return report_error(fmt::format("{} contains no turn", input_.name()),
                                bytes_ == 0 ? "the input is empty; check the program that writes it"
                                            : "check that the input is complete");
        }
        if (recorded_.dropped > 0) {
            return report_error(fmt::format("another process ended a turn that {} was still in", input_.name()),
                                fmt::format("{} of the rest of that turn not recorded; everything else is",
                                            count_of(recorded_.dropped, "event")));
        }
        if (skipped.broken_turns > 0 || recorded_.cut_off) {
            return report_error(fmt::format("{} ended before the end of a turn", input_.name()),
                                "everything before that is recorded; `evenfold transcript` shows how the turn ended");
        }
        if (skipped.unreadable_lines > 0) {
            return report_error(
                fmt::format("{} of {} could not be read", count_of(skipped.unreadable_lines, "line"), input_.name()),
                "everything else is recorded; the lines above, or the notices in the transcript, show where");
        }
        if (skipped.repaired_lines > 0) {
            return report_error(
                fmt::format("{} of {} contained invalid UTF-8, or control characters that JSON does not allow",
                            count_of(skipped.repaired_lines, "line"), input_.name()),
                "invalid UTF-8 became U+FFFD; the lines above, or the notices in the transcript, show where");
        }
        return ExitCode::success;
    }

    /// Reports the events after the last turn. They belong to no turn, so they are not recorded.
    void report_stray_events() const {
        if (recorded_.turns == 0) return;
        std::uint64_t more = recorded_.stray_uncounted;
        for (std::size_t at = 0; at < recorded_.stray.size(); ++at) {
            if (at < stray_lines_max)
                report_detail("after the last turn, not recorded: " + notice_line(recorded_.stray[at]));
            else
                ++more;
        }
        if (more > 0) report_detail(fmt::format("and {} more", more));
    }

    void print_words(const providers::SkipCounts& skipped) const {
        if (recorded_.turns == 0) return;
        fmt::print("{}: {} ({} completed, {} failed, {} interrupted), events {} to {}\n", input_.name(),
                   count_of(recorded_.turns, "turn"), recorded_.completed, recorded_.failed, recorded_.interrupted,
                   recorded_.first, recorded_.last);
        if (skipped.noise_lines > 0) {
            fmt::print("  {} with text outside of the stream, such as a log, skipped\n",
                       count_of(skipped.noise_lines, "line"));
        }
        if (skipped.unknown_events > 0)
            fmt::print("  {} of unknown types skipped\n", count_of(skipped.unknown_events, "event"));
    }

    void print_json(const providers::SkipCounts& skipped) const {
        const auto number = [](std::string_view name, std::uint64_t value) {
            return fmt::format(R"("{}":{})", name, value);
        };
        const bool broken_off = skipped.broken_turns > 0 || recorded_.cut_off;
        const std::vector<std::string> fields{
            fmt::format(R"("input":{})", to_json_string(input_.name())),
            number("bytes", bytes_),
            number("turns", recorded_.turns),
            number("completed", recorded_.completed),
            number("failed", recorded_.failed),
            number("interrupted", recorded_.interrupted),
            number("first_sequence", recorded_.first),
            number("last_sequence", recorded_.last),
            fmt::format(R"("broken_off":{})", broken_off),
            number("unknown_events", skipped.unknown_events),
            number("noise_lines", skipped.noise_lines),
            number("unreadable_lines", skipped.unreadable_lines),
            number("repaired_lines", skipped.repaired_lines),
            number("stray_remarks", recorded_.stray.size() + recorded_.stray_uncounted),
            number("dropped", recorded_.dropped)};
        fmt::print("{}\n", indent_json(fmt::format("{{{}}}", fmt::join(fields, ","))));
    }

    InputReader input_;
    const Invocation& invocation_;
    const IngestOptions& options_;
    providers::DetectingParser stream_;
    IngestProgress progress_;
    RecordingSummary recorded_;
    std::vector<providers::Item> items_; // completed by the last read
    std::uint64_t bytes_ = 0;
    bool at_end_ = false;
    std::string read_error_;
};

ExitCode ingest(const Invocation& invocation, const IngestOptions& options) {
    auto input = InputReader::open(options.input);
    if (!input) return report_error(input.error(), "check the name of the file");
    system::catch_interrupts();
    return IngestRun(std::move(*input), invocation, options).run();
}

RunVerb declare_ingest(OptionSet& set) {
    auto options = std::make_shared<IngestOptions>();
    add_target_options(set, options->target);
    set.text("--format NAME", options->format,
             fmt::format("{} (default: detected)", fmt::join(providers::format_names(), " or ")))
        .one_of(known_formats());
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
        "Escape sequences and log text around the objects of a stream are skipped and counted. They do not change the\n"
        "exit status.\n"
        "Each chunk is durable in the journal before the next one is read, so a crash loses nothing already read.\n"
        "\n"
        "  claude -p 'fix the tests' --output-format stream-json --verbose | evenfold ingest\n"
        "  evenfold ingest --thread review session.jsonl\n"
        "\n"
        "Exit status: 0 if the stream was complete, even if the agent reported that a turn failed; 1 if the stream\n"
        "contained no turn, was interrupted, was partly unreadable, or ended without the end of its last turn; 3 if\n"
        "the journal failed.",
    .domain = orchestration_name,
    .may_create = true,
    .declare = &declare_ingest};

} // namespace evenfold::cli
