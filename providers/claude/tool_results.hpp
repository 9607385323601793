/// The results of tools in a `user` line of Claude Code. Shared by its streams and its transcripts.
/// Input: the `content` of the line's message. Content that is no array has no results.
#pragma once

#include <functional>
#include <string_view>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Calls `emit` for each result in `content`. Before that, adds notices about its parts without text, such as images.
/// Returns whether there was a result.
bool read_tool_results(JsonValue content, ItemBuffer& items,
                       const std::function<void(orchestration::provider::ToolResult)>& emit);

} // namespace evenfold::providers
