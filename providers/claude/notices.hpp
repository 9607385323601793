/// Notices about lines of Claude Code that are neither text nor calls: system lines and rate limits.
/// Shape: a line in, at most one notice out. Lines without information for a person add none.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

/// Adds the notice of a `system` line to `items`, if it has one. Returns whether its subtype is known.
bool add_system_notice(const nlohmann::json& line, ItemBuffer& items);

/// Adds the notice of a `rate_limit_event` line to `items`, if a limit is near or reached.
void add_rate_limit_notice(const nlohmann::json& line, ItemBuffer& items);

} // namespace evenfold::providers
