/// Restores the fields of an encoded value that its type does not have, as they were decoded.
/// Shape: a JSON array of pairs of path (RFC 6901) and value, as `decode` returns it.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Returns `json`, which encodes an object of that shape, with each unknown field at its path. Drops a field whose
/// parent is gone, or whose name the shape now uses.
[[nodiscard]] std::string
with_unknown_fields(const Shape& shape, const std::string& json, std::string_view unknown_fields);

} // namespace evenfold::codec
