/// Encodes any reflected value as JSON and decodes it. Pure functions, which any thread may call.
/// Structs are objects in field order; alternatives carry `type`; absent optionals are left out; ids and instants are
/// their text; enumerators are their names; bytes that are not UTF-8 are {"$hex": "..."}. See docs/codec.md.
/// An error names the type, the path and the expected input. Fields that the type does not have are kept, not lost.
///
///     assert(codec::encode(Total{60}) == R"({"value":60})");
///     assert(codec::decode<Total>(R"({"value":60})")->value.value == 60);
///     const auto damaged = codec::decode<Total>(R"({"value":"many"})");
///     assert(!damaged && damaged.error().path == "/value" && damaged.error().got == R"("many")");
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

/// Kinds of decoding errors. `unknown_name`: an enumerator or an alternative that this build does not know.
enum class Trouble : std::uint8_t { not_json, wrong_shape, unknown_name };

/// Reason for which a text is not a value: at `path` (RFC 6901) of `type`, it has `got` instead of `expected`.
struct DecodeError {
    Trouble trouble = Trouble::wrong_shape;
    std::string type;
    std::string path;
    std::string expected;
    std::string got;
    friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

/// Formats `error`: `TurnStarted/frozen/policy: expected one of approval_required, auto_edit, full; got "maybe"`
[[nodiscard]] std::string to_text(const DecodeError& error);

/// A value, and the JSON of the unknown fields: pairs of path and value. Empty if there are none.
template <class T>
struct Decoded {
    T value{};
    std::string unknown_fields;
    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Returns the object of that shape as compact JSON, with the unknown fields of its decoding restored at their paths.
[[nodiscard]] std::string encode(const Shape& shape, const void* object, std::string_view unknown_fields = {});

/// Fills the object of that shape from JSON. Returns its unknown fields.
[[nodiscard]] std::expected<std::string, DecodeError> decode(const Shape& shape, void* object, std::string_view json);

/// Fills a fresh object as `decode` does, but faster. Returns false if the text has unknown fields or is an error; then
/// the object must be replaced by a fresh one and passed to `decode`. Handles everything that `encode` writes. Written
/// by hand because simdjson takes 1.4 times as long for the events of the mix, and would be one more library for
/// everyone who embeds a journal (docs/hand-written.md).
[[nodiscard]] bool decode_quickly(const Shape& shape, void* object, std::string_view json);

/// Returns the fields that an alternative of that shape has beside `type`. Returns null if it is stored under `value`
/// instead, because it is not a struct or has a field `type` of its own.
[[nodiscard]] const StructureShape* fields_beside_type(const Shape& alternative);

template <class T>
[[nodiscard]] std::string encode(const T& value, std::string_view unknown_fields = {}) {
    return encode(shape_of<T>(), &value, unknown_fields);
}

template <class T>
[[nodiscard]] std::expected<Decoded<T>, DecodeError> decode(std::string_view json) {
    Decoded<T> decoded;
    if (decode_quickly(shape_of<T>(), &decoded.value, json)) return decoded;
    decoded.value = T{};
    auto unknown = decode(shape_of<T>(), &decoded.value, json);
    if (!unknown) return std::unexpected(std::move(unknown.error()));
    decoded.unknown_fields = std::move(*unknown);
    return decoded;
}

} // namespace evenfold::codec
