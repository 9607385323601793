/// Texts of any bytes in JSON, whose strings are UTF-8.
/// Shape: UTF-8 is a string; other bytes are hexadecimal digits. `utf8::is_valid` decides.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evenfold::codec {

/// Two lower-case hexadecimal digits a byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// The bytes that `digits` spells, or nothing.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

/// The deepest nesting that the readers of JSON can follow.
inline constexpr std::size_t nesting_max = 512;

/// Whether `json` nests no deeper than that.
[[nodiscard]] bool is_shallow(std::string_view json);

} // namespace evenfold::codec
