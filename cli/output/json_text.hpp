/// JSON text, indent_json for people.
/// Shape: two spaces per level, as all verbs print documents. Compiled once, because the parser's library is expensive.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace evenfold::cli {

/// Returns the document `json` with line breaks and indentation. `json` must be valid.
[[nodiscard]] std::string indent_json(std::string_view json);

/// Returns `text` as a JSON string. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string to_json_string(std::string_view text);

/// Returns the JSON array of these documents, compact.
[[nodiscard]] std::string to_json_array(std::span<const std::string> documents);

} // namespace evenfold::cli
