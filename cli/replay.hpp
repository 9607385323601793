/// The verb `replay`: fold everything from nothing, and compare with the live model.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit replay(journal::Journal& journal, const ReplayOptions& options);

} // namespace evenfold::cli
