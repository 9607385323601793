/// What tells the repeat of a command from another command under the same id.
/// Shape: the SHA-256 of the body's JSON, 64 hexadecimal digits; told in docs/codec.md. A journal keeps it for ever.
#pragma once

#include <string>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Equal values, equal fingerprints, in later builds as well: an optional field that is added does not change those of
/// the commands that leave it out.
[[nodiscard]] std::string fingerprint(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] std::string fingerprint(const T& value) {
    return fingerprint(shape_of<T>(), &value);
}

} // namespace evenfold::codec
