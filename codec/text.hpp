/// The nesting of a JSON text, measured before a reader that recurses sees it.
/// Shape: brackets outside of strings; the text need not be valid JSON.
#pragma once

#include <cstddef>
#include <string_view>

namespace evenfold::codec {

/// The deepest nesting that the readers of JSON can follow.
inline constexpr std::size_t nesting_max = 512;

/// Whether `json` nests no deeper than that.
[[nodiscard]] bool is_shallow(std::string_view json);

} // namespace evenfold::codec
