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
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::codec {

/// Kinds of decoding errors. Only stored events have the last six.
enum class DecodeErrorKind : std::uint8_t {
    not_json,
    wrong_shape,
    unknown_name,     // an enumerator or alternative that the type does not have
    unknown_type,     // a type that the domain does not have
    later_version,    // a later version of a type than that of this build
    missing_upcaster, // an earlier version, for which the domain has no upcaster
    failed_upcaster,  // an upcaster threw, or returned text that is not of the next version
    damaged_box,      // a sealed value that its key does not open
    unreadable_key    // a sealed value whose key is missing, though it was not erased, or cannot be read
};

/// A decoding error: at `path` (RFC 6901) of `type`, the text has `got` instead of `expected`.
struct DecodeError {
    DecodeErrorKind kind = DecodeErrorKind::wrong_shape;
    std::string type;
    std::string path;
    std::string expected;
    std::string got;
    friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

/// A part of a value that has no JSON (docs/codec.md), or that cannot be sealed. The members are as in DecodeError.
struct EncodeError {
    std::string type;
    std::string path;
    std::string expected;
    std::string got;
    std::optional<system::Failure> failure{}; // NOLINT(readability-redundant-member-init): of the sealer
    friend bool operator==(const EncodeError&, const EncodeError&) = default;
};

/// Returns `error` as one line: `Painted/colour: expected one of red, dark_blue; got "maybe"`.
[[nodiscard]] std::string to_text(const DecodeError& error);
[[nodiscard]] std::string to_text(const EncodeError& error);

/// A decoded value, and its unknown fields as a JSON array of pairs of path and value; empty if there are none.
template <class T>
struct Decoded {
    T value{};
    std::string unknown_fields;
    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Returns the object of that shape as compact JSON, from which `decode` returns an equal object. Restores
/// `unknown_fields` at their paths. Fails for a personal value: only events store it, see event.hpp.
[[nodiscard]] std::expected<std::string, EncodeError>
try_encode(const Shape& shape, const void* object, std::string_view unknown_fields = {});

/// As above, but writes null for a part without JSON, and personal values as they are. Use it for what is only shown.
[[nodiscard]] std::string encode(const Shape& shape, const void* object, std::string_view unknown_fields = {});

using TextSink = std::function<void(std::string_view piece)>; // receives a text in pieces, in order
/// Writes what `encode` returns to `sink` in pieces of about 64 KiB, so a large text never exists as a whole.
void encode_to(const TextSink& sink, const Shape& shape, const void* object);

/// Fills the object of that shape from JSON. Returns the unknown fields.
[[nodiscard]] std::expected<std::string, DecodeError> decode(const Shape& shape, void* object, std::string_view json);

/// Fills a fresh object as `decode` does, but faster. Succeeds for all that `encode` writes without personal values.
/// After false, the caller must pass a fresh object to `decode`. By hand for the reasons in docs/hand-written.md.
[[nodiscard]] bool try_decode_fast(const Shape& shape, void* object, std::string_view json);

/// Returns the name of the type, or of the alternative that the variant at `object` holds.
[[nodiscard]] std::string_view name_of(const Shape& shape, const void* object);

/// Returns the fields beside `type` of an alternative; null if it is stored under `value` (docs/codec.md).
[[nodiscard]] const StructureShape* fields_beside_type(const Shape& alternative);

template <class T>
[[nodiscard]] std::string encode(const T& value, std::string_view unknown_fields = {}) {
    return encode(shape_of<T>(), &value, unknown_fields);
}

template <class T>
[[nodiscard]] std::expected<std::string, EncodeError> try_encode(const T& value, std::string_view unknown_fields = {}) {
    return try_encode(shape_of<T>(), &value, unknown_fields);
}

template <class T>
void encode_to(const TextSink& sink, const T& value) {
    encode_to(sink, shape_of<T>(), &value);
}

template <class T>
[[nodiscard]] std::expected<Decoded<T>, DecodeError> decode(std::string_view json) {
    Decoded<T> decoded;
    if (try_decode_fast(shape_of<T>(), &decoded.value, json)) return decoded;
    decoded.value = T{};
    auto unknown = decode(shape_of<T>(), &decoded.value, json);
    if (!unknown) return std::unexpected(std::move(unknown.error()));
    decoded.unknown_fields = std::move(*unknown);
    return decoded;
}

} // namespace evenfold::codec
