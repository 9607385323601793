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
struct Ended {
    std::optional<int> code;
    std::optional<int> signal;

    /// Returns whether it ended by itself with 0.
    [[nodiscard]] bool is_well() const { return code == 0; }
    friend bool operator==(const Ended&, const Ended&) = default;
};

/// Describes the end for a person, after the program's name: `ended with 127`, `was ended by signal 11 (Segmentation
/// fault)`.
[[nodiscard]] std::string words_of(const Ended& ended);

} // namespace evenfold::reactors::process
