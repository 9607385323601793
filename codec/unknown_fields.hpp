/// Restores the fields that a decoder found and that the type does not have.
/// Shape: an array of pairs of path and value, as `decode` returns it (docs/codec.md, "Unknown fields").
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Restores each field at its path in `json`, an encoded object of that shape. Drops a field whose parent is gone, or
/// whose name the shape now uses.
void restore_unknown_fields(const Shape& shape, nlohmann::ordered_json& json, std::string_view unknown_fields);

} // namespace evenfold::codec
