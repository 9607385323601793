#include "evenfold/cli/recording/ingest_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/notice_line.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

constexpr std::size_t stray_lines_max = 20; // printed one by one

/// Reports the events after the last turn that could not be added to it, because the thread has gone on.
void report_stray_events(const RecordingSummary& recorded) {
    if (recorded.turns == 0 && recorded.repeated_turns == 0) return; // the input contains no turn
    std::uint64_t more = 0;
    for (std::size_t at = 0; at < recorded.stray.size(); ++at) {
        if (at < stray_lines_max)
            report_detail("after the last turn, not recorded: " + notice_line(recorded.stray[at]));
        else
            ++more;
    }
    if (more > 0) report_detail(fmt::format("and {} more", more));
}

void print_words(const IngestReport& report) {
    const RecordingSummary& recorded = report.recorded;
    if (recorded.turns > 0) {
        write_to_stdout("{}: {} ({} completed, {} failed, {} interrupted), events {} to {}\n", report.input,
                        count_of(recorded.turns, "turn"), recorded.completed, recorded.failed, recorded.interrupted,
                        recorded.first, recorded.last);
    }
    if (recorded.repeated_turns > 0 || recorded.repeated_events > 0) {
        write_to_stdout("{}: already recorded: {}, {}\n", report.input, count_of(recorded.repeated_turns, "turn"),
                        count_of(recorded.repeated_events, "event"));
    }
    if (report.skipped.noise_lines > 0) {
        write_to_stdout("  {} with text outside of the stream, such as a log, skipped\n",
                        count_of(report.skipped.noise_lines, "line"));
    }
    if (report.skipped.unknown_events > 0)
        write_to_stdout("  {} of unknown types kept as notices\n", count_of(report.skipped.unknown_events, "event"));
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : report.unmapped) kinds.push_back(fmt::format("{} {}", count, one_line(kind)));
    if (!kinds.empty()) write_to_stdout("  outside of the conversation: {}\n", fmt::join(kinds, ", "));
}

void print_json(const IngestReport& report) {
    const RecordingSummary& recorded = report.recorded;
    const auto number = [](std::string_view name, std::uint64_t value) {
        return fmt::format(R"("{}":{})", name, value);
    };
    const bool broken_off = report.skipped.broken_turns > 0 || recorded.cut_off;
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : report.unmapped)
        kinds.push_back(fmt::format("{}:{}", to_json_string(kind), count));
    const std::vector<std::string> fields{fmt::format(R"("input":{})", to_json_string(report.input)),
                                          number("bytes", report.bytes),
                                          number("turns", recorded.turns),
                                          number("completed", recorded.completed),
                                          number("failed", recorded.failed),
                                          number("interrupted", recorded.interrupted),
                                          number("already_recorded_turns", recorded.repeated_turns),
                                          number("already_recorded_events", recorded.repeated_events),
                                          number("first_sequence", recorded.first),
                                          number("last_sequence", recorded.last),
                                          fmt::format(R"("broken_off":{})", broken_off),
                                          number("unknown_events", report.skipped.unknown_events),
                                          number("noise_lines", report.skipped.noise_lines),
                                          number("unreadable_lines", report.skipped.unreadable_lines),
                                          number("repaired_lines", report.skipped.repaired_lines),
                                          fmt::format(R"("outside_of_conversation":{{{}}})", fmt::join(kinds, ",")),
                                          number("stray_remarks", recorded.stray.size()),
                                          number("dropped", recorded.dropped)};
    print_document(fmt::format("{{{}}}", fmt::join(fields, ",")));
}

/// Reports the most serious shortcoming of the input.
ExitCode report_shortcoming(const IngestReport& report) {
    const RecordingSummary& recorded = report.recorded;
    const providers::SkipCounts& skipped = report.skipped;
    if (!report.read_error.empty())
        return report_error(report.read_error, "all input before the error is recorded", ExitCode::failure);
    if (system::interrupt_count() > 0) return report_error("interrupted", "all input before the interrupt is recorded");
    if (recorded.turns == 0 && recorded.repeated_turns == 0) {
        return report_error(
            fmt::format("{} contains no turn", report.input),
            report.bytes == 0
                ? "the input is empty; check the program that writes it"
                : "check that the input is complete; a file of a subagent alone has no turn, but the file "
                  "of its session has");
    }
    if (recorded.dropped > 0) {
        return report_error(fmt::format("another process ended a turn that {} was still in", report.input),
                            fmt::format("{} of the rest of that turn not recorded; everything else is",
                                        count_of(recorded.dropped, "event")));
    }
    if (skipped.broken_turns > 0 || recorded.cut_off) {
        return report_error(fmt::format("{} ended before the end of a turn", report.input),
                            "everything before that is recorded; `evenfold transcript` shows how the turn ended");
    }
    if (skipped.unreadable_lines > 0) {
        return report_error(
            fmt::format("{} of {} could not be read", count_of(skipped.unreadable_lines, "line"), report.input),
            "everything else is recorded; the lines above, or the notices in the transcript, show where");
    }
    if (skipped.repaired_lines > 0) {
        return report_error(
            fmt::format("{} of {} contained invalid UTF-8, or control characters that JSON does not allow",
                        count_of(skipped.repaired_lines, "line"), report.input),
            "invalid UTF-8 became U+FFFD; the lines above, or the notices in the transcript, show where");
    }
    return ExitCode::success;
}

} // namespace

ExitCode report_ingest(const IngestReport& report, IngestReportForm form) {
    if (form == IngestReportForm::json) print_json(report);
    if (form == IngestReportForm::words) print_words(report);
    report_stray_events(report.recorded);
    return report_shortcoming(report);
}

} // namespace evenfold::cli
