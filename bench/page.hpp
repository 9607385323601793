/// A report as a page of HTML: tiles, plots and tables in one file.
/// Shape: self-contained: no script, no font, no image and no address that a browser would ask for; light or dark as
/// the reader has it, wide or narrow.
#pragma once

#include <optional>
#include <string>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// With a table of what changed, where there is an earlier report to say it of.
[[nodiscard]] std::string page(const Report& report, const std::optional<Difference>& against = std::nullopt);

} // namespace evenfold::bench
