/// The model at a point in time: the fold of the log up to a sequence.
/// Errors: a sequence beyond the end of the log; the message names the end.
#pragma once

#include <expected>
#include <optional>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit_code.hpp"

namespace evenfold::cli {

/// Returns the model after event `at`, or after all events. Errors have been printed.
[[nodiscard]] std::expected<ReplayedModel, ExitCode> model_at(journal::Journal& journal, std::optional<Sequence> at);

} // namespace evenfold::cli
