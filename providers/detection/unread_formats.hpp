/// Formats that evenfold recognises only to name them when it refuses them.
/// Shape: one table of names and predicates, asked in its order, after no row of the table of formats claimed a line.
#pragma once

#include <string_view>

#include "evenfold/providers/detection/sample.hpp"

namespace evenfold::providers {

/// Returns a description for a person of the stream that has this line, e.g. "a codex rollout"; empty if not known.
[[nodiscard]] std::string_view unread_format_of(const Sample& sample);

/// Returns a description for a person of a stream without any known line, by its first bytes: "a JSON array".
[[nodiscard]] std::string_view description_of(std::string_view text);

/// Returns a description for a person of the kind of file that begins with these bytes, if no text begins with them:
/// "a PNG image"; empty if there is no such kind.
[[nodiscard]] std::string_view binary_format_of(std::string_view bytes);

} // namespace evenfold::providers
