/// The name of a git object: the SHA-1 of its kind, length and bytes.
/// Shape: 20 bytes, as text 40 lower-case hexadecimal characters.
/// The hash is OpenSSL's, because libgit2 exports no incremental hash, which large files and packs need.
/// Source: gitformat-pack(5), FIPS 180-4.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace evenfold::git {

struct ObjectId {
    std::array<std::uint8_t, 20> bytes{};
    friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// Returns the first bytes of the id, because the bytes of an id are evenly distributed.
struct ObjectIdHash {
    [[nodiscard]] std::size_t operator()(const ObjectId& id) const {
        std::size_t hash = 0;
        std::memcpy(&hash, id.bytes.data(), sizeof hash);
        return hash;
    }
};

enum class ObjectKind : std::uint8_t { commit = 1, tree = 2, blob = 3 };

[[nodiscard]] std::string to_text(const ObjectId& id);

/// Returns the id of an object of `kind` with these bytes.
[[nodiscard]] ObjectId id_of(ObjectKind kind, std::string_view bytes);

/// Returns `<kind> <size>` and a NUL, which precede the bytes when an object is hashed.
[[nodiscard]] std::string object_header(ObjectKind kind, std::size_t size);

/// An incremental SHA-1. `finish` resets it.
class Sha1 {
public:
    Sha1();
    void update(std::string_view bytes);
    [[nodiscard]] ObjectId finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    void start();

    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

} // namespace evenfold::git
