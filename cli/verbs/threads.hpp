/// `evenfold threads`: all threads, and how they stand.
/// Shapes: a table, or a JSON array of {thread, title, project, root, folder, status, turns, queued, checkpoints}.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

Exit threads(journal::Journal& journal, const ThreadsOptions& options);

} // namespace evenfold::cli
