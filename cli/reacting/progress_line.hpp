/// Shows the progress of effects on the terminal, and prints why they failed.
/// Shape: one line on standard error that the next event replaces; nothing if standard error is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/kernel/reacting/loop_event.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {

/// Returns the progress of an effect: "reverting ... 3 files, 1.5 MiB, 0.5 MiB/s".
[[nodiscard]] std::string
progress_text(std::string_view effect, std::uint64_t files, std::uint64_t bytes, std::chrono::duration<double> taken);

class ProgressLine {
public:
    /// Counts the work of the effects by `progress`.
    explicit ProgressLine(std::shared_ptr<const git::Progress> progress) : progress_(std::move(progress)) {}

    /// Shows the event. Prints why an effect was given up if `reports_failures`, unless that was the last text printed.
    /// The reason for which an effect is tried again is only on the line, because the effect has not failed yet.
    void show(const kernel::LoopEvent& event, bool reports_failures);

    /// Adds counts and the rate to the line, once the effect has run for a second.
    void refresh();

private:
    void line(const std::string& text);
    void clear();
    void print_once(std::string text);
    [[nodiscard]] std::uint64_t files() const { return progress_->files + progress_->changed; }

    std::shared_ptr<const git::Progress> progress_;
    bool is_terminal_ = system::is_terminal(system::StandardStream::error);
    bool shown_ = false;
    std::string printed_;
    std::string running_; // the effect in words; empty: none
    std::chrono::steady_clock::time_point begun_;
    std::uint64_t files_before_ = 0; // when it began
    std::uint64_t bytes_before_ = 0;
};

} // namespace evenfold::cli
