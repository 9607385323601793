/// HMAC-SHA256 with a key that is hashed once. Written by hand because this library links no OpenSSL: it is a few lines
/// over core's SHA-256, which is as fast (docs/hand-written.md).
/// Shape: a key of any length; messages in pieces; 32 bytes out.
/// Source: RFC 2104; test vectors of RFC 4231.
///
///     const HmacKey key("a key of any length");
///     key.mac({"both pieces ", "are one message"});
#pragma once

#include <initializer_list>
#include <string_view>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"

namespace evenfold::journal::chain {

using system::wipe;

/// A key, as the two hash states that follow its padded blocks. Each copy wipes its memory when it is destroyed.
class HmacKey {
public:
    explicit HmacKey(std::string_view key);
    HmacKey(const HmacKey&) = default;
    HmacKey& operator=(const HmacKey&) = default;
    ~HmacKey();

    /// Returns the mac of the concatenation of `pieces`.
    [[nodiscard]] Hash mac(std::initializer_list<std::string_view> pieces) const;

private:
    Sha256 inner_;
    Sha256 outer_;
};

} // namespace evenfold::journal::chain
