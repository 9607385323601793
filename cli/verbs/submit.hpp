/// The verb `submit`: one command, as JSON, and its events or why not.
/// Exits: success, refused with the error as JSON on standard output, failure when the journal cannot be written.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit submit(journal::Journal& journal, const SubmitOptions& options);

} // namespace evenfold::cli
