#include "evenfold/journal/chain/keys/journal_key.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>

#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::chain {
namespace {

std::string mac_hex(std::string_view key, std::string_view message) {
    return hex::encode(HmacKey(key).mac({message}));
}

} // namespace

TEST_CASE("HmacKey: it returns the test vectors of RFC 4231.") {
    CHECK(mac_hex(std::string(20, '\x0b'), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(mac_hex("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(mac_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    std::string counting(25, '\0');
    for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<char>(i + 1);
    CHECK(mac_hex(counting, std::string(50, '\xcd')) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    CHECK(mac_hex(std::string(20, '\x0c'), "Test With Truncation").starts_with("a3b6167473100ee06e0c796c2955552b"));
    CHECK(mac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(mac_hex(std::string(131, '\xaa'),
                  "This is a test using a larger than block-size key and a larger than "
                  "block-size data. The key needs to be hashed before being used by the "
                  "HMAC algorithm.") == "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("HmacKey: pieces are one message, and a key of a block's size is not hashed.") {
    const HmacKey key(std::string(64, 'k'));
    CHECK(key.mac({"one", "", " message"}) == key.mac({"one message"}));
    CHECK(key.mac({}) == key.mac({""}));
    CHECK(hex::encode(key.mac({"x"})) == "f91c4c403625fb06910ef93999265bbd2d62baeaec6ff36455498cc124fe3e66");
}

TEST_CASE("HmacKey: its memory holds nothing of the key after its destruction.") {
    alignas(HmacKey) std::array<std::byte, sizeof(HmacKey)> memory{};
    HmacKey* key = std::construct_at(reinterpret_cast<HmacKey*>(memory.data()), std::string(40, 's'));
    CHECK(std::ranges::count(memory, std::byte{0}) < 200);
    std::destroy_at(key);
    CHECK(std::ranges::count(memory, std::byte{0}) == static_cast<std::ptrdiff_t>(memory.size()));
}

TEST_CASE("JournalKey: secrets of fewer than 32 or more than 1,024 bytes are refused.") {
    for (const std::size_t size : {0U, 1U, 31U, 1'025U, 100'000U}) {
        const auto key = JournalKey::from_secret(std::string(size, 's'));
        REQUIRE_FALSE(key);
        CHECK(key.error() == SecretSizeError{size});
    }
    CHECK(to_text(SecretSizeError{31}) == "a secret has 32 to 1024 bytes: this one has 31");
    CHECK(JournalKey::from_secret(std::string(32, 's')));
    CHECK(JournalKey::from_secret(std::string(1'024, 's')));
    CHECK(JournalKey::from_secret(development_secret));
}

TEST_CASE("JournalKey: each secret has an id of its own, and its two keys differ.") {
    const auto one = JournalKey::from_secret(std::string(32, 's'));
    const auto other = JournalKey::from_secret(std::string(33, 's'));
    REQUIRE(one);
    REQUIRE(other);
    CHECK(one->id().size() == 16);
    CHECK(one->id() != other->id());
    CHECK(one->v2().mac({"x"}) != one->compat().mac({"x"}));
}

TEST_CASE("Hash: comparison finds a difference in any byte, and in the length.") {
    const std::string bytes(32, 'h');
    CHECK(equal_in_constant_time(bytes, bytes));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string other = bytes;
        other[at] ^= '\x80';
        CHECK_FALSE(equal_in_constant_time(bytes, other));
    }
    CHECK_FALSE(equal_in_constant_time(bytes, bytes.substr(1)));
    CHECK_FALSE(hash_from(bytes.substr(1)));
    CHECK(hash_from(bytes)->back() == 'h');
}

} // namespace evenfold::journal::chain
