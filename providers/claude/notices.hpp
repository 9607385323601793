/// Notices about lines of Claude Code that are neither text nor calls: system lines, rate limits, and other types.
/// Shape: a line in, at most one notice out. A line that only reports progress is counted by its kind. A line
/// of an unknown type is kept in its spelling.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Adds the notice of a `system` line to `items`.
void add_system_notice(JsonValue line, ItemBuffer& items);

/// Adds the notice of a `rate_limit_event` line to `items`, unless it equals `last`, the text of the last one.
void add_rate_limit_notice(JsonValue line, std::string& last, ItemBuffer& items);

/// Adds the notice of a line of a type that has no other meaning.
void add_other_notice(JsonValue line, ItemBuffer& items);

} // namespace evenfold::providers
