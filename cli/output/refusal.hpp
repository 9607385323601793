/// Refusals by the kernel of orchestration, explained to a person.
/// Shape: the reason on one line of standard error, and the remedy, if there is one, on the next.
#pragma once

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit_code.hpp"

namespace evenfold::cli {

/// Reports the refusal of a command that `actor` submitted. Returns the exit code.
ExitCode report_error(const Refusal& refusal, Actor actor);

} // namespace evenfold::cli
