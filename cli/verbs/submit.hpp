/// The verb `submit`: one command, as JSON, and its events or why not.
/// Exits: success, refused with the error as JSON on standard output, failure when the journal cannot be written.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

/// Reads `options.input` and submits what it says. What is no command is refused before the journal is opened.
Exit submit(const WithJournal& with_journal, const SubmitOptions& options);

} // namespace evenfold::cli
