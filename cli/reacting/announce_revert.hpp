/// Lists on standard error the changes that a revert will make, and asks whether to go on; reports unfinished reverts.
/// Errors: have been printed; the functions return the exit code of the program.
#pragma once

#include <expected>
#include <string_view>

#include "evenfold/cli/reacting/workspace_session.hpp"

namespace evenfold::cli {

/// Lists the turns, files and gaps, and the threads that share the files. Asks on a terminal unless `is_confirmed`.
/// Fails if the user declines, or if another thread is at work there.
[[nodiscard]] std::expected<void, ExitCode>
announce_revert(const WorkspaceSession& workspace, const orchestration::ThreadId& id,
                const orchestration::CheckpointId& target, bool is_confirmed);

/// Reports why a command stops at an unfinished revert, and how to finish or to undo it.
ExitCode report_open_revert(std::string_view what);

} // namespace evenfold::cli
