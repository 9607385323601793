/// Resolves the option --at to the sequence of an event.
/// Errors: a sequence beyond the end of the log; the message names the end.
#pragma once

#include <expected>
#include <optional>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// Returns `at`, or the sequence of the last event if there is none. Errors have been printed.
[[nodiscard]] std::expected<Sequence, ExitCode> resolve_sequence(journal::Journal& journal, std::optional<Sequence> at);

} // namespace evenfold::cli
