/// The text of a `user` line of Claude Code: the typed text, or the mark of an interruption by the user.
/// Input: the `content` of the line's message, which is a string or an array of blocks. Other values have no text.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Returns the text blocks of `content`, joined by LF; empty if there are none.
[[nodiscard]] std::string typed_text(JsonValue content);

/// Returns the origin of a `user` line whose text `typed` the user did not type, such as "task notification"; empty if
/// the user typed it.
[[nodiscard]] std::string_view origin_of(JsonValue line, std::string_view typed);

/// Returns whether Claude Code, and not the user, wrote the text of a `user` line.
[[nodiscard]] bool is_made_up(JsonValue line);

/// Returns whether a text of `content` begins with the mark that Claude Code writes for an interruption.
[[nodiscard]] bool is_interruption(JsonValue content);

} // namespace evenfold::providers
