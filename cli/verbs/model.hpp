/// The verb `model`: the whole read model at a point in time.
/// Exits: success, refused when there is no such sequence, failure when the journal cannot be read.
#pragma once

#include "evenfold/cli/options.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

Exit model(journal::Journal& journal, const ModelOptions& options);

} // namespace evenfold::cli
