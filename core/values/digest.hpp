/// A canonical digest of any reflected value: equal values have equal digests on every machine and in every build.
/// Shape: SHA-256 over the value's parts. Each part is length-prefixed, sets are sorted, and names represent
/// enumerators and alternatives. docs/digest.md specifies it for a second implementation.
///
///     digest(model) == digest(replayed) // equal models, without the memory of both
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
