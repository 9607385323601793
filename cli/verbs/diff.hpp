/// `evenfold diff A [B]`: what differs between two checkpoints, or between one and the files as they are.
/// Shapes: a unified diff as git has it, or a JSON array of {kind, path, old_path, binary}.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// `database` is the journal's file.
Exit diff(journal::Journal& journal, const std::string& database, const DiffOptions& options);

} // namespace evenfold::cli
