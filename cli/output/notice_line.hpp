/// A provider event that belongs to no turn, as one line of text.
/// Shape: printable characters only; long lines are cut at the end.
#pragma once

#include <string>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::cli {

/// Returns the line for `event`.
[[nodiscard]] std::string notice_line(const orchestration::ProviderEvent& event);

} // namespace evenfold::cli
