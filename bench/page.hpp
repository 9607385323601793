/// A report as a page of HTML: tiles, plots and tables in one file.
/// Shape: self-contained: no script, font, image or address that a browser would load. Light or dark as the reader
/// prefers, wide or narrow.
#pragma once

#include <optional>
#include <string>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/figures.hpp"

namespace evenfold::bench {

/// Returns the page. Adds a table of changes if the difference from an earlier report is given.
[[nodiscard]] std::string page(const Report& report, const std::optional<Difference>& against = std::nullopt);

} // namespace evenfold::bench
