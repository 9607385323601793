/// The name of a git object: the SHA-1 of its kind, length and bytes.
/// Shape: 20 bytes, as text 40 lower-case hexadecimal characters.
/// Source: gitformat-pack(5), FIPS 180-4.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace evenfold::git {

struct ObjectId {
    std::array<std::uint8_t, 20> bytes{};
    friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// The bytes of an id are evenly spread, so that any eight of them are a hash.
struct ObjectIdHash {
    [[nodiscard]] std::size_t operator()(const ObjectId& id) const {
        std::size_t hash = 0;
        std::memcpy(&hash, id.bytes.data(), sizeof hash);
        return hash;
    }
};

enum class ObjectKind : std::uint8_t { commit = 1, tree = 2, blob = 3 };

[[nodiscard]] std::string to_text(const ObjectId& id);

/// The id of an object of `kind` with these bytes.
[[nodiscard]] ObjectId id_of(ObjectKind kind, std::string_view bytes);

/// `<kind> <size>` and a NUL, which stand before the bytes when an object is hashed.
[[nodiscard]] std::string object_header(ObjectKind kind, std::size_t size);

/// A running SHA-1. After `finish` it is spent.
class Sha1 {
public:
    void update(std::string_view bytes);
    [[nodiscard]] ObjectId finish();

private:
    void compress(const std::uint8_t* block);

    std::array<std::uint32_t, 5> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    std::array<std::uint8_t, 64> block_{};
    std::size_t filled_ = 0;
    std::uint64_t length_ = 0;
};

} // namespace evenfold::git
