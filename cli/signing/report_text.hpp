/// The result of a verification for a person: what is proven, with which keys, and what this does not show.
/// Shapes: lines on standard output. The words do not depend on the kind of journal.
#pragma once

#include <string>

#include "evenfold/journal/chain/report.hpp"

namespace evenfold::cli {

/// Returns the text. `journal` is its file.
[[nodiscard]] std::string text_of(const journal::chain::ChainReport& report, const std::string& journal);

} // namespace evenfold::cli
