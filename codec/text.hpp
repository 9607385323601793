/// Texts of any bytes in JSON, which knows UTF-8 only.
/// Shape: UTF-8 is a string; anything else is hexadecimal digits.
/// Source: RFC 3629 for what is UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evenfold::codec {

/// Whether `bytes` is UTF-8: shortest forms, no surrogates, up to U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// Two lower-case hexadecimal digits a byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// The bytes that `digits` spells, or nothing.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

/// The deepest nesting that the readers of JSON can follow.
inline constexpr std::size_t nesting_max = 512;

/// Whether `json` nests no deeper than that.
[[nodiscard]] bool is_shallow(std::string_view json);

} // namespace evenfold::codec
