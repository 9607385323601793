/// Restores the fields that a decoder found and that the type does not have.
/// Shape: an array of pairs of path and value, as `decode` returns it (docs/codec.md, "Unknown fields").
#pragma once

#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Returns `json`, an encoded object of that shape, with each of the fields restored at its path. Drops a field whose
/// parent is gone, or whose name the shape now uses.
[[nodiscard]] std::string with_unknown_fields(const Shape& shape, std::string json, std::string_view unknown_fields);

} // namespace evenfold::codec
