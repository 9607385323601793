/// The verb `replay`: fold everything from nothing, and compare with the live model.
/// Exits: success, refused when the models differ, failure when the journal cannot be read.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit replay(journal::Journal& journal, const ReplayOptions& options);

} // namespace evenfold::cli
