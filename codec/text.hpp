/// Measures the nesting of a JSON text before a recursive reader sees it.
/// Shape: counts brackets outside of strings; the text need not be valid JSON.
#pragma once

#include <cstddef>
#include <string_view>

namespace evenfold::codec {

/// The deepest nesting that the JSON readers support.
inline constexpr std::size_t nesting_max = 512;

/// Returns whether `json` nests no deeper than `nesting_max`.
[[nodiscard]] bool is_shallow(std::string_view json);

} // namespace evenfold::codec
