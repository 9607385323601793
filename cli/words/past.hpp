/// The model at a point in time: the fold of the log up to a sequence.
/// Errors: a sequence beyond the end of the log is refused, with the end named.
#pragma once

#include <expected>
#include <optional>

#include "evenfold/cli/options.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"

namespace evenfold::cli {

/// The model after event `at`, or after all events; an error is a complaint already made.
[[nodiscard]] std::expected<Replayed, Exit> model_at(journal::Journal& journal, std::optional<Sequence> at);

} // namespace evenfold::cli
