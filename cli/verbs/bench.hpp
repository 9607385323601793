/// The verb `bench`: what an event of a journal, or of the mix, costs; and whether that got worse.
/// Exits: success; refused when a figure is worse than the factor, when the earlier report is of another log or is
/// none, and when there is nothing to measure; failure when a file or the journal cannot be read or written.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// Without a journal: of the mix.
Exit bench(journal::Journal* journal, const BenchOptions& options);

} // namespace evenfold::cli
