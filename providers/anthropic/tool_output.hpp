/// The output of a tool, from the content of its result. Shared by the formats with messages of Anthropic.
/// Texts are joined with nothing between. Errors: none; content of any other shape is its JSON text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Returns whether parts of this type are known and have no text.
[[nodiscard]] bool is_known_part(std::string_view type);

/// Returns the output of a tool that the provider ran: a string, the joined text parts, or the JSON text.
[[nodiscard]] std::string provider_output(JsonValue content);

/// Returns the output of a tool that the client ran. Joins text parts, omits known parts without text, and uses the
/// JSON text of all other parts.
[[nodiscard]] std::string client_output(JsonValue content);

/// Returns the joined text parts of `content`, or nothing if there are none.
[[nodiscard]] std::optional<std::string> joined_text(JsonValue content);

} // namespace evenfold::providers
