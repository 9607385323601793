/// Reads any value from the text that `encode` writes for it, directly into an object.
/// Shape: a position before the value in; the position after it and a filled object out. Returns false for text that
/// only the plain decoder reads. See try_decode_fast in codec.hpp.
///
///     JsonCursor cursor("[1,2]");
///     std::vector<std::int64_t> numbers;
///     assert(read_value(cursor, shape_of<std::vector<std::int64_t>>(), &numbers));
#pragma once

#include "evenfold/codec/json_cursor.hpp"
#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Reads the next value into the fresh `object` of that shape.
[[nodiscard]] bool read_value(JsonCursor& cursor, const Shape& shape, void* object);

} // namespace evenfold::codec
