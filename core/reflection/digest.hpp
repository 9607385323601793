/// `digest`: the SHA-256 of a walk over any reflected value. Equal values have equal digests on every machine and in
/// every build, in whatever order a set or a table was filled. O(size), no errors.
/// Source: docs/digest.md specifies the hashed bytes, so that a second implementation can be written.
///
///     assert(digest(Total{60}) == digest(Total{60}));
///     assert(digest(Total{60}) != digest(Total{61}));
///     const std::string text = to_text(digest(Total{60})); // 64 hexadecimal digits
#pragma once

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold {

/// Returns the digest of `object`, which must have that shape: O(size).
[[nodiscard]] Sha256::Digest digest(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] Sha256::Digest digest(const T& value) {
    return digest(shape_of<T>(), &value);
}

} // namespace evenfold
