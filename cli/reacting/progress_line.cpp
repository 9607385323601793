#include "evenfold/cli/reacting/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

/// Returns the effect in words.
std::string_view words_of_kind(std::string_view kind) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> words{{
        {"PrepareWorktree", "creating the worktree"},
        {"SendTurn", "sending the prompt"},
        {"InterruptProvider", "interrupting the agent"},
        {"DeliverAnswer", "delivering the decision"},
        {"CaptureCheckpoint", "taking the checkpoint"},
        {"RunRevert", "reverting"},
        {"MakeCommit", "committing"},
        {"Release", "removing unused files"},
        {"journal", "reading the journal"},
        {"domain", "listing the outstanding effects"},
    }};
    const auto found = std::ranges::find(words, kind, &std::pair<std::string_view, std::string_view>::first);
    return found == words.end() ? kind : found->second;
}

} // namespace

void ProgressLine::show(const kernel::LoopEvent& event) {
    using Status = kernel::LoopEvent::Status;
    switch (event.status) {
    case Status::begun:
        running_ = words_of_kind(event.kind);
        begun_ = std::chrono::steady_clock::now();
        bytes_before_ = bytes_;
        line(fmt::format("{} ...", running_));
        break;
    case Status::late: line(fmt::format("still {} ...", words_of_kind(event.kind))); break;
    case Status::failed:
        clear();
        if (event.again) print_failure(event, "trying again: ");
        break;
    case Status::given_up:
    case Status::refused:
        clear();
        if (reports_failures_) print_failure(event, "");
        break;
    case Status::completed:
    case Status::waiting: clear(); break;
    }
}

void ProgressLine::show(const git::Progress& progress) {
    bytes_ = progress.bytes;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun_;
    if (!shown_ || running_.empty() || taken.count() < 1) return;
    const double mebibytes = static_cast<double>(bytes_ - bytes_before_) / (1U << 20U);
    line(fmt::format("{} ... {}, {:.1f} MiB, {:.1f} MiB/s", running_,
                     count_of(progress.files + progress.changed, "file"), mebibytes, mebibytes / taken.count()));
}

void ProgressLine::line(const std::string& text) {
    if (!is_terminal_) return;
    clear();
    write_to_stderr(text);
    shown_ = true;
}

void ProgressLine::clear() {
    if (std::exchange(shown_, false)) erase_line_on_stderr();
}

/// Prints the failure, unless the last line is the same.
void ProgressLine::print_failure(const kernel::LoopEvent& event, std::string_view prefix) {
    const bool is_json = event.reason.starts_with('{');
    const std::string reason = is_json ? explain_refusal(event.reason).what : event.reason;
    std::string text = fmt::format("{}{} failed: {}", prefix, words_of_kind(event.kind), reason);
    if (text != printed_) report_detail(text);
    printed_ = std::move(text);
}

} // namespace evenfold::cli
