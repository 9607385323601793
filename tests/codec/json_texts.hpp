/// JSON texts that nlohmann's library has parsed and written, for comparison with those of the codec.
/// Compiled once, in json_texts.cpp, because the library's parsers and writers cost 3 s of compile time.
#pragma once

#include <string>

namespace evenfold::codec {

/// Returns the same value without spaces, with the fields of each object in the same order.
[[nodiscard]] std::string compact(const std::string& json);

/// Returns the same value with spaces and line ends between its parts, with the fields in the same order.
[[nodiscard]] std::string indent_json(const std::string& json);

/// Returns the same value with the fields of each object in alphabetical order.
[[nodiscard]] std::string sorted(const std::string& json);

} // namespace evenfold::codec
