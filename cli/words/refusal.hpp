/// Refusals of the kernel, for a person and for a program.
/// Shapes: JSON with a class and a type; one line on standard error. Names are those of the error's type.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "evenfold/cli/options.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"

namespace evenfold::cli {

/// `{"class": "conflict", "type": "ThreadBusy", "turn": ...}`; `actor` asked.
[[nodiscard]] nlohmann::ordered_json json_of(const Refusal& refusal, Actor actor);

/// Complains of a refusal; answers how the program ends.
Exit complain(const Refusal& refusal, Actor actor);

} // namespace evenfold::cli
