/// Notices about lines of Claude Code that are neither text nor calls: system lines, rate limits, and other types.
/// Shape: a line in, at most one notice out. A line that only reports progress is counted by its kind. `text` is the
/// JSON text of the line, which is kept if its type is unknown.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

/// Adds the notice of a `system` line to `items`.
void add_system_notice(const nlohmann::json& line, std::string_view text, ItemBuffer& items);

/// Adds the notice of a `rate_limit_event` line to `items`, unless it equals `last`, the text of the last one.
void add_rate_limit_notice(const nlohmann::json& line, std::string& last, ItemBuffer& items);

/// Adds the notice of a line of a type that has no other meaning.
void add_other_notice(const nlohmann::json& line, std::string_view text, ItemBuffer& items);

} // namespace evenfold::providers
