/// The fingerprint of a command. It distinguishes a repeated command from another command with the same id.
/// Format: the SHA-256 of the body's JSON, as 64 hexadecimal digits (docs/codec.md). Journals store it permanently.
#pragma once

#include <expected>
#include <string>

#include "evenfold/codec/codec.hpp"

namespace evenfold::codec {

/// Returns the fingerprint of the object of that shape. Equal values have equal fingerprints, also in later builds:
/// adding an optional field does not change the fingerprint of commands without it. Different values have different
/// fingerprints, except values that have no JSON.
[[nodiscard]] std::string fingerprint(const Shape& shape, const void* object);

/// As above. Fails for a value that has no JSON.
[[nodiscard]] std::expected<std::string, EncodeError> try_fingerprint(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] std::string fingerprint(const T& value) {
    return fingerprint(shape_of<T>(), &value);
}

} // namespace evenfold::codec
