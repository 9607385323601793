/// The verb `commands`: what `submit` takes, told from the shapes of the commands themselves.
/// Exits: success.
#pragma once

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

Exit commands();

} // namespace evenfold::cli
