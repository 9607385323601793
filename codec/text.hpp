/// Checks the nesting of a JSON text before a recursive parser reads it, because deep nesting could exhaust the stack.
/// Counts brackets outside of strings. The text need not be valid JSON.
#pragma once

#include <cstddef>
#include <string_view>

namespace evenfold::codec {

/// The deepest nesting that the JSON decoders accept.
inline constexpr std::size_t nesting_max = 512;

/// Returns whether `json` nests no deeper than `nesting_max`.
[[nodiscard]] bool is_shallow(std::string_view json);

} // namespace evenfold::codec
