/// The project and thread that a recording goes into: found by the names on the command line, or created.
/// Errors: refusals of the kernel; a thread that another process writes to, or that cannot accept a turn. Functions
/// that return an ExitCode have printed the error.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit_code.hpp"
#include "evenfold/cli/recording/target_options.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/reactors/orchestration/thread_claims.hpp"

namespace evenfold::cli {

/// Claims the thread of a recording for this process and returns it. A session and a turn that a killed process left
/// open in it stay open, so that the stream can continue them.
[[nodiscard]] std::expected<orchestration::ThreadId, ExitCode>
claim_thread(journal::Journal& journal, Kernel& kernel, const orchestration::ThreadClaims& thread_claims,
             const TargetOptions& options);

/// Returns the root of the project in `folder` (empty: the current one), normalised.
[[nodiscard]] std::string project_root(const std::string& folder);

/// Returns the thread of that name, if it exists.
[[nodiscard]] std::optional<orchestration::ThreadId>
find_target_thread(const orchestration::Index& index, const TargetOptions& options);

/// Reports that another process has claimed the thread of that name in the project at `root`. Returns the ExitCode.
[[nodiscard]] ExitCode report_other_writer(const std::string& thread, const std::string& root);

/// Ends the session and the turn that a process left open in the thread when it died. The caller must have claimed the
/// thread.
[[nodiscard]] std::expected<void, Refusal> close_abandoned(Kernel& kernel, const orchestration::ThreadId& id);

} // namespace evenfold::cli
