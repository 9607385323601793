#include "evenfold/core/values/sha256.hpp"

#include <doctest/doctest.h>

#include "evenfold/core/values/processor/sha256_rounds.hpp"

namespace evenfold {
namespace {

std::string counting(std::size_t length) {
    std::string bytes(length, '\0');
    for (std::size_t index = 0; index < length; ++index) bytes[index] = static_cast<char>(index * 7 + 3);
    return bytes;
}

} // namespace

TEST_CASE("Sha256: it returns the test vectors of FIPS 180-4.") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("Sha256: messages of every length around the block size are padded correctly.") {
    CHECK(sha256_hex(counting(55)) == "e7313d333c272e639f790978283f9eb392e843d0f29b7016828bb1daa4aac70b");
    CHECK(sha256_hex(counting(56)) == "4324d65f3c103567f5589c710bc08f8523f929a9272e3af36fc968e52abc6c27");
    CHECK(sha256_hex(counting(63)) == "81c80242132f230c3bd41b3e63bbcff16107339549214a99614ff26664625055");
    CHECK(sha256_hex(counting(64)) == "39e3d7b6b5d075d37d053ad89b24b41bef4f3c29760c84447cab3f3be1882241");
    CHECK(sha256_hex(counting(119)) == "9ce7368e4daf32341631b492e80359dc9f594b48453cd0dd5bf0b19279cc177e");
    CHECK(sha256_hex(counting(120)) == "7836b787757e95e58b3ca5aec90b1b004e8deba1e50e9675af9cabf1a13a04b5");
}

TEST_CASE("Sha256: the processor's instructions and portable C++ compute the same state.") {
    if (!sha256_rounds::has_instructions()) return; // then `compress` is the portable one
    sha256_rounds::HashState plain{1, 2, 3, 4, 5, 6, 7, 8};
    sha256_rounds::HashState quick = plain;
    for (std::size_t blocks = 0; blocks <= 20; ++blocks) {
        const std::string bytes = counting(64 * blocks + 1);
        const auto* unaligned = reinterpret_cast<const std::uint8_t*>(bytes.data() + 1);
        sha256_rounds::compress_portable(plain, unaligned, blocks);
        sha256_rounds::compress_with_instructions(quick, unaligned, blocks);
        CHECK(plain == quick);
    }
}

TEST_CASE("Sha256: portable C++ computes the test vector of one block on any processor.") {
    std::string block = "abc\x80";
    block.resize(64, '\0');
    block.back() = 24; // bits
    sha256_rounds::HashState state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    sha256_rounds::compress_portable(state, reinterpret_cast<const std::uint8_t*>(block.data()), 1);
    CHECK(state == sha256_rounds::HashState{0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c,
                                            0xb410ff61, 0xf20015ad});
}

TEST_CASE("Sha256: the hash does not depend on the sizes of the updates.") {
    for (std::size_t length = 0; length <= 200; ++length) {
        const std::string bytes = counting(length);
        const std::string whole = sha256_hex(bytes);
        for (const std::size_t piece : {1U, 3U, 55U, 63U, 64U, 65U, 128U}) {
            Sha256 hash;
            for (std::size_t at = 0; at < length; at += piece) hash.update(std::string_view(bytes).substr(at, piece));
            hash.update("");
            CHECK(to_text(hash.finish()) == whole);
        }
    }
}

} // namespace evenfold
