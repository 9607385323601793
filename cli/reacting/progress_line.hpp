/// Shows the progress of effects on the terminal, and prints why they failed.
/// Shape: one line on standard error that the next event replaces; nothing if standard error is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "evenfold/kernel/reacting/loop_event.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {

class ProgressLine {
public:
    /// Prints the reasons of retries, and of failures if `reports_failures`.
    explicit ProgressLine(bool reports_failures) : reports_failures_(reports_failures) {}

    void show(const kernel::LoopEvent& event);

    /// Adds counts and the rate to the line, once the effect has run for a second.
    void show(const git::Progress& progress);

private:
    void line(const std::string& text);
    void clear();
    void print_failure(const kernel::LoopEvent& event, std::string_view prefix);

    bool reports_failures_;
    bool is_terminal_ = system::is_terminal(system::StandardStream::error);
    bool shown_ = false;
    std::string printed_;
    std::string running_; // the effect in words; empty: none
    std::chrono::steady_clock::time_point begun_;
    std::uint64_t bytes_before_ = 0; // when it began
    std::uint64_t bytes_ = 0;
};

} // namespace evenfold::cli
