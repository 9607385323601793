#include "evenfold/codec/fingerprint.hpp"

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::codec {

std::string fingerprint(const Shape& shape, const void* object) {
    return sha256_hex(encode(shape, object));
}

} // namespace evenfold::codec
