/// Fingerprint of a command: distinguishes a repeated command from another command with the same id.
/// Shape: the SHA-256 of the body's JSON, as 64 hexadecimal digits (see docs/codec.md). A journal keeps it forever.
#pragma once

#include <string>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Returns equal fingerprints for equal values, also in later builds: adding an optional field does not change the
/// fingerprint of commands that leave it out.
[[nodiscard]] std::string fingerprint(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] std::string fingerprint(const T& value) {
    return fingerprint(shape_of<T>(), &value);
}

} // namespace evenfold::codec
