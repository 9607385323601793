#include "evenfold/cli/reacting/progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/print.hpp"
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

std::string failure_text(const kernel::LoopEvent& event) {
    const bool is_json = event.reason.starts_with('{');
    const std::string reason = is_json ? explain_refusal(event.reason).what : event.reason;
    return fmt::format("{} failed: {}", words_of_kind(event.kind), reason);
}

constexpr std::size_t progress_width = 79; // a longer line could not be erased

} // namespace

std::string
progress_text(std::string_view effect, std::uint64_t files, std::uint64_t bytes, std::chrono::duration<double> taken) {
    const double mebibytes = static_cast<double>(bytes) / (1U << 20U);
    return fmt::format("{} ... {}, {:.1f} MiB, {:.1f} MiB/s", effect, count_of(files, "file"), mebibytes,
                       mebibytes / taken.count());
}

void ProgressLine::show(const kernel::LoopEvent& event, bool reports_failures) {
    using Status = kernel::LoopEvent::Status;
    switch (event.status) {
    case Status::begun:
        running_ = words_of_kind(event.kind);
        begun_ = std::chrono::steady_clock::now();
        files_before_ = files();
        bytes_before_ = progress_->bytes;
        line(fmt::format("{} ...", running_));
        break;
    case Status::late: line(fmt::format("still {} ...", words_of_kind(event.kind))); break;
    case Status::failed:
        clear();
        running_.clear();
        if (event.again) line(one_line("trying again: " + failure_text(event), progress_width));
        break;
    case Status::given_up:
    case Status::refused:
        clear();
        if (reports_failures) print_once(failure_text(event));
        break;
    case Status::completed:
    case Status::waiting: clear(); break;
    }
}

void ProgressLine::refresh() {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun_;
    if (!shown_ || running_.empty() || taken.count() < 1) return;
    line(progress_text(running_, files() - files_before_, progress_->bytes - bytes_before_, taken));
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

void ProgressLine::print_once(std::string text) {
    if (text != printed_) report_detail(text);
    printed_ = std::move(text);
}

} // namespace evenfold::cli
