/// Events that the command line names: `--event 17 --event 20-25`.
/// Errors: a text that is neither a number nor a range; the message names it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold::cli {

/// Returns the sequences, ascending, each once; or the first text that names none. A range has at most 1,000,000.
[[nodiscard]] std::expected<std::vector<Sequence>, std::string> named_events(const std::vector<std::string>& texts);

} // namespace evenfold::cli
