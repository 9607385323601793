/// The text of a `user` line of Claude Code: the typed text, or the mark of an interruption by the user.
/// Input: the `content` of the line's message, which is a string or an array of blocks. Other values have no text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace evenfold::providers {

/// Returns the text blocks of `content`, joined by LF; empty if there are none.
[[nodiscard]] std::string typed_text(const nlohmann::json& content);

/// Returns the origin of a `user` line whose text `typed` the user did not type, such as "task notification"; empty if
/// the user typed it.
[[nodiscard]] std::string_view origin_of(const nlohmann::json& line, std::string_view typed);

/// Returns whether Claude Code, and not the user, wrote the text of a `user` line.
[[nodiscard]] bool is_made_up(const nlohmann::json& line);

/// Returns whether a text of `content` begins with the mark that Claude Code writes for an interruption.
[[nodiscard]] bool is_interruption(const nlohmann::json& content);

} // namespace evenfold::providers
