/// The verb `transcript`: what was said and done, readable for a person or as JSON.
/// Exits: success, refused when there is no such thread or sequence, failure when the journal cannot be read.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit transcript(journal::Journal& journal, const TranscriptOptions& options);

} // namespace evenfold::cli
