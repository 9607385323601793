/// The verb `log`: the events, as they stand in the journal.
/// Exits: success, also when an interrupt ends a log that is followed; failure when the journal cannot be read.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit log(journal::Journal& journal, const LogOptions& options);

} // namespace evenfold::cli
