#include "evenfold/codec/fingerprint.hpp"

#include "evenfold/codec/personal/personal_writer.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::codec {

std::string fingerprint(const Shape& shape, const void* object) {
    return sha256_hex(
        encode_with(PersonalWriter(PersonalForm::hashed, name_of(shape, object), nullptr), shape, object));
}

std::expected<std::string, EncodeError> try_fingerprint(const Shape& shape, const void* object, Sealer* sealer) {
    const PersonalWriter writer(PersonalForm::hashed, name_of(shape, object), sealer);
    const auto json = try_encode_with(writer, shape, object);
    if (!json) return std::unexpected(json.error());
    return sha256_hex(*json);
}

} // namespace evenfold::codec
