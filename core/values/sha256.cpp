#include "evenfold/core/values/sha256.hpp"

#include <algorithm>
#include <cstring>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/processor/sha256_rounds.hpp"

namespace evenfold {

void Sha256::update(std::string_view bytes) {
    if (bytes.empty()) return; // its address may be null
    length_ += bytes.size();
    if (filled_ > 0 || bytes.size() < block_.size()) {
        const std::size_t taken = std::min(block_.size() - filled_, bytes.size());
        std::memcpy(block_.data() + filled_, bytes.data(), taken);
        filled_ += taken;
        bytes.remove_prefix(taken);
        if (filled_ < block_.size()) return;
        sha256_rounds::compress(state_, block_.data(), 1);
        filled_ = 0;
    }
    const std::size_t whole = bytes.size() / block_.size();
    if (whole > 0) {
        sha256_rounds::compress(state_, reinterpret_cast<const std::uint8_t*>(bytes.data()), whole);
        bytes.remove_prefix(whole * block_.size());
    }
    filled_ = bytes.size();
    if (filled_ > 0) std::memcpy(block_.data(), bytes.data(), filled_);
}

Sha256::Digest Sha256::finish() {
    constexpr std::size_t length_bytes = 8;
    const std::uint64_t bits = length_ * 8;
    block_[filled_++] = 0x80;
    if (filled_ > block_.size() - length_bytes) {
        std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::uint8_t{0});
        sha256_rounds::compress(state_, block_.data(), 1);
        filled_ = 0;
    }
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::uint8_t{0});
    for (std::size_t i = 0; i < length_bytes; ++i) {
        block_[block_.size() - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
    }
    sha256_rounds::compress(state_, block_.data(), 1);
    Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

std::string to_text(const Sha256::Digest& digest) {
    return hex::encode(digest);
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return to_text(hash.finish());
}

} // namespace evenfold
