#include "evenfold/journal/chain/keys/hmac.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace evenfold::journal::chain {
namespace {

constexpr std::size_t block_size = 64; // of SHA-256
constexpr std::uint8_t inner_pad = 0x36;
constexpr std::uint8_t outer_pad = 0x5c;
using KeyBlock = std::array<char, block_size>;

static_assert(std::is_trivially_copyable_v<Sha256>, "wipe() overwrites its bytes");

void absorb(Sha256& hash, const KeyBlock& key, std::uint8_t pad) {
    KeyBlock padded{};
    for (std::size_t i = 0; i < padded.size(); ++i)
        padded[i] = static_cast<char>(static_cast<std::uint8_t>(key[i]) ^ pad);
    hash.update({padded.data(), padded.size()});
    wipe(padded.data(), padded.size());
}

} // namespace

HmacKey::HmacKey(std::string_view key) {
    KeyBlock block{};
    if (key.size() > block.size()) {
        Hash short_key = hash_of(key);
        std::memcpy(block.data(), short_key.data(), short_key.size());
        wipe(short_key.data(), short_key.size());
    } else if (!key.empty()) {
        std::memcpy(block.data(), key.data(), key.size());
    }
    absorb(inner_, block, inner_pad);
    absorb(outer_, block, outer_pad);
    wipe(block.data(), block.size());
}

HmacKey::~HmacKey() {
    wipe(&inner_, sizeof inner_);
    wipe(&outer_, sizeof outer_);
}

Hash HmacKey::mac(std::initializer_list<std::string_view> pieces) const {
    Sha256 inner = inner_;
    for (const std::string_view piece : pieces) inner.update(piece);
    const Hash digest = inner.finish();
    Sha256 outer = outer_;
    outer.update(bytes_of(digest));
    const Hash mac = outer.finish();
    wipe(&inner, sizeof inner); // both hold blocks of the key's states
    wipe(&outer, sizeof outer);
    return mac;
}

} // namespace evenfold::journal::chain
