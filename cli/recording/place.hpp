/// Where a recording goes: a project and a thread by the names that a person gave, made as needed.
/// Errors: what the kernel refuses; a thread that another process is writing to, or that cannot take a turn.
#pragma once

#include <expected>

#include "evenfold/cli/options.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/cli/recording/presence.hpp"

namespace evenfold::cli {

/// The thread for a recording, claimed by this process; turns whose process died are closed. An error is a
/// complaint made.
[[nodiscard]] std::expected<orchestration::ThreadId, Exit>
claim_thread(Kernel& kernel, Presence& presence, const IngestOptions& options);

} // namespace evenfold::cli
