/// The fingerprint of a command. It distinguishes a repeated command from another command with the same id.
/// Format: the SHA-256 of the body's JSON, as 64 hexadecimal digits (docs/codec.md). Journals store it permanently, so
/// personal values take part as keyed hashes: otherwise a short text could be guessed from it.
#pragma once

#include <expected>
#include <string>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::codec {

/// Returns the fingerprint of the object of that shape. Equal values have equal fingerprints, also in later builds:
/// adding an optional field does not change the fingerprint of commands without it. Different values have different
/// fingerprints, except values that have no JSON and personal values.
[[nodiscard]] std::string fingerprint(const Shape& shape, const void* object);

/// As above, and also distinguishes personal values. Fails for a value that has no JSON, and for a personal value if
/// there is no sealer.
[[nodiscard]] std::expected<std::string, EncodeError>
try_fingerprint(const Shape& shape, const void* object, Sealer* sealer = nullptr);

template <class T>
[[nodiscard]] std::string fingerprint(const T& value) {
    return fingerprint(shape_of<T>(), &value);
}

} // namespace evenfold::codec
