/// The verb `ingest`: a provider's stream into the journal, as it comes.
/// Exits: success when the stream was whole, refused when it was broken or held no turn; what came before is kept.
#pragma once

#include <string>

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// Read `options.input` to its end, or to an interrupt, into a thread of the journal, which stands at `path`. Where
/// there is nothing to record the journal is not opened.
Exit ingest(const WithJournal& with_journal, const std::string& path, const IngestOptions& options);

} // namespace evenfold::cli
