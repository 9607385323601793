/// Writes JSON documents that may contain text of any program.
/// Shape: compact text, valid UTF-8. Compiled once, because the writer of the library is expensive.
#pragma once

#include <string>

#include "evenfold/codec/ordered_json.hpp"

namespace evenfold::codec {

/// Returns the document without spaces. Bytes that are not UTF-8 become U+FFFD, while `OrderedJson::dump` would throw.
[[nodiscard]] std::string compact_text(const OrderedJson& document);

/// Returns `json` in at most 60 bytes, for an error message.
[[nodiscard]] std::string description_of(const OrderedJson& json);

} // namespace evenfold::codec
