#include "evenfold/codec/fingerprint.hpp"

#include "evenfold/core/values/sha256.hpp"

namespace evenfold::codec {

std::string fingerprint(const Shape& shape, const void* object) {
    return sha256_hex(encode(shape, object));
}

std::expected<std::string, EncodeError> try_fingerprint(const Shape& shape, const void* object) {
    const auto json = try_encode(shape, object);
    if (!json) return std::unexpected(json.error());
    return sha256_hex(*json);
}

} // namespace evenfold::codec
