#include "evenfold/journal/sealing/box.hpp"

#include <doctest/doctest.h>

#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::sealing {
namespace {

std::string from_hex(std::string_view digits) {
    return hex::decode(digits).value();
}

// Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B.
const std::string vector_key = from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
const std::string vector_nonce = from_hex("cafebabefacedbaddecaf888");
const std::string vector_text = from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
const std::string vector_additional = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
const std::string vector_box = from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                                        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                                        "76fc6ece0f4e1768cddf8853bb2d551b");

} // namespace

TEST_CASE("Box: is that of the published vector.") {
    CHECK(seal_box(vector_key, vector_nonce, vector_additional, vector_text) == vector_box);
    CHECK(open_box(vector_key, vector_nonce, vector_additional, vector_box) == vector_text);
}

TEST_CASE("Box: does not open if one bit of any input differs.") {
    const auto with_other_bit = [](std::string bytes, std::size_t bit) {
        bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ (1U << (bit % 8)));
        return bytes;
    };
    for (std::size_t bit = 0; bit < 8 * vector_box.size(); ++bit)
        CHECK_FALSE(open_box(vector_key, vector_nonce, vector_additional, with_other_bit(vector_box, bit)));
    for (std::size_t bit = 0; bit < 8 * key_bytes; ++bit)
        CHECK_FALSE(open_box(with_other_bit(vector_key, bit), vector_nonce, vector_additional, vector_box));
    for (std::size_t bit = 0; bit < 8 * nonce_bytes; ++bit)
        CHECK_FALSE(open_box(vector_key, with_other_bit(vector_nonce, bit), vector_additional, vector_box));
    for (std::size_t bit = 0; bit < 8 * vector_additional.size(); ++bit)
        CHECK_FALSE(open_box(vector_key, vector_nonce, with_other_bit(vector_additional, bit), vector_box));
}

TEST_CASE("Box: refuses keys, nonces and boxes of other sizes, and seals an empty text.") {
    CHECK_FALSE(seal_box(vector_key.substr(1), vector_nonce, {}, "x"));
    CHECK_FALSE(seal_box(vector_key, vector_nonce + "x", {}, "x"));
    for (std::size_t size = 0; size < vector_box.size(); ++size)
        CHECK_FALSE(open_box(vector_key, vector_nonce, vector_additional, vector_box.substr(0, size)));
    const auto empty = seal_box(vector_key, vector_nonce, {}, {});
    REQUIRE(empty);
    CHECK(empty->size() == tag_bytes);
    CHECK(open_box(vector_key, vector_nonce, {}, *empty) == "");
}

} // namespace evenfold::journal::sealing
