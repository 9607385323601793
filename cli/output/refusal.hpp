/// Refusals by the kernel of orchestration, explained to a person.
/// Shape: two lines on standard error, or the JSON of the refusal where its names and values say it as well.
#pragma once

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit.hpp"

namespace evenfold::cli {

/// Reports the refusal of a command that `actor` submitted. Returns how the program ends.
Exit report_error(const Refusal& refusal, Actor actor);

} // namespace evenfold::cli
