/// Pieces of JSON text, and refusals in words. json_printer.hpp prints documents.
/// Shape: compact text. Compiled once, because the parser's library is expensive.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "evenfold/cli/domains/program_domain.hpp"

namespace evenfold::cli {

/// Returns `text` as a JSON string. Bytes that are not UTF-8 are replaced by U+FFFD.
[[nodiscard]] std::string to_json_string(std::string_view text);

/// Returns the JSON array of these documents, compact.
[[nodiscard]] std::string to_json_array(std::span<const std::string> documents);

/// Returns the JSON of a refusal {"class", "type", fields} in words. If the domain has no words for its refusals, they
/// are those of the names: {"type": "AlreadyOpen", "account": 7} becomes "refused: already open, account 7".
[[nodiscard]] Explanation explain_refusal(std::string_view json);

} // namespace evenfold::cli
