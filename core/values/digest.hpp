/// A canonical digest of any reflected value: equal values, equal digests, on every machine and in every build.
/// Shape: SHA-256 over a walk in which every part is length-prefixed, sets are sorted, and names stand for enumerators
/// and alternatives. Told in docs/digest.md, so that a second implementation can be written.
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
