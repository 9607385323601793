/// JSON text for people: indented documents, and refusals in words.
/// Shape: two spaces per level, as all verbs print documents. Compiled once, because the parser's library is expensive.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "evenfold/cli/domains/program_domain.hpp"

namespace evenfold::cli {

/// Returns the document `json` with line breaks and indentation. `json` must be valid.
[[nodiscard]] std::string indent_json(std::string_view json);

/// Returns `text` as a JSON string. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string to_json_string(std::string_view text);

/// Returns the JSON array of these documents, compact.
[[nodiscard]] std::string to_json_array(std::span<const std::string> documents);

/// Returns the JSON of a refusal {"class", "type", fields} in words. If the domain has no words for its refusals, they
/// are those of the names: {"type": "AlreadyOpen", "account": 7} becomes "refused: already open, account 7".
[[nodiscard]] Explanation explain_refusal(std::string_view json);

} // namespace evenfold::cli
