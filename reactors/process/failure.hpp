/// Failures of starting a program and of exchanges with it, which name the program, and how a program ends.
/// Shapes: kinds not_started, ended, input_closed, input_full, no_input, not_asked and not_fitting.
#pragma once

#include <optional>
#include <string>

#include "evenfold/system/failure.hpp"

namespace evenfold::reactors::process {

using system::Failure;
using system::FailureKind;

/// How a program ended: by itself with `code`, or by `signal`. Neither if the system does not report it, because this
/// process makes the system discard ended children (SIGCHLD ignored).
struct ExitStatus {
    std::optional<int> code;
    std::optional<int> signal;

    /// Returns whether it ended by itself with 0.
    [[nodiscard]] bool is_success() const { return code == 0; }
    friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// Describes the end for a person, after the program's name: `ended with 127`, `was ended by signal 11 (Segmentation
/// fault)`.
[[nodiscard]] std::string describe_exit(const ExitStatus& ended);

} // namespace evenfold::reactors::process
