/// Shows the progress of effects on the terminal, and prints why they failed.
/// Shape: one line on standard error that the next event replaces; nothing if standard error is no terminal.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/kernel/reacting/loop_event.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {

class ProgressLine {
public:
    /// Prints the reasons of retries, and of failures if `reports_failures`.
    explicit ProgressLine(bool reports_failures) : reports_failures_(reports_failures) {}

    void show(const kernel::LoopEvent& event);

private:
    void line(const std::string& text);
    void clear();
    void print_failure(const kernel::LoopEvent& event, std::string_view prefix);

    bool reports_failures_;
    bool is_terminal_ = system::is_terminal(system::StandardStream::error);
    bool shown_ = false;
    std::string printed_;
};

} // namespace evenfold::cli
