/// Signs the heads of a journal that a verb appends to.
/// Shapes: as journal/heads/head_signer.hpp. Failures are messages; the events are in the journal all the same.
#pragma once

#include <functional>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// Signs heads with `key` while `run` runs, and the last one after it. Returns the result of `run`, unless that is
/// success and the last head could not be signed.
[[nodiscard]] ExitCode
with_signed_heads(journal::Journal& opened, journal::heads::SigningKey key, const std::function<ExitCode()>& run);

} // namespace evenfold::cli
