/// Failures of starting a program and of communication with it, and the exit status of a program.
/// Shapes: kinds not_started, ended, input_closed, input_full, no_input, not_asked and not_fitting.
#pragma once

#include <optional>
#include <string>

#include "evenfold/system/failure.hpp"

namespace evenfold::reactors::process {

using system::Failure;
using system::FailureKind;

/// How a program ended: by itself with `code`, or by `signal`. Neither is set if the system does not report it, because
/// this process ignores SIGCHLD.
struct ExitStatus {
    std::optional<int> code;
    std::optional<int> signal;

    /// Returns whether the program exited with 0.
    [[nodiscard]] bool is_success() const { return code == 0; }
    friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// Describes the end for a person, after the program's name: `ended with 127`, `was ended by signal 11 (Segmentation
/// fault)`.
[[nodiscard]] std::string describe_exit(const ExitStatus& ended);

} // namespace evenfold::reactors::process
