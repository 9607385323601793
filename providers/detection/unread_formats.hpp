/// Formats that evenfold does not read, and recognises only to name them in the error message.
/// One table of names and predicates. It is searched in order for a line that no format in formats.cpp claims.
#pragma once

#include <string_view>

#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

/// A format that evenfold does not read. `is_certain`: no log has such lines.
struct UnreadMatch {
    std::string_view name; // such as "a codex rollout"; empty if the line is unknown
    bool is_certain = false;
};

/// Returns the first format in the table that has this line.
[[nodiscard]] UnreadMatch unread_format_of(const Sample& sample);

/// Returns a description of a stream without any known line, such as "a JSON array".
[[nodiscard]] std::string_view description_of(std::string_view text);

/// Returns a description of the binary file that begins with these bytes, such as "a PNG image"; empty if unknown.
[[nodiscard]] std::string_view binary_format_of(std::string_view bytes);

} // namespace evenfold::providers
