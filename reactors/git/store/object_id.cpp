#include "evenfold/reactors/git/store/object_id.hpp"

#include <algorithm>
#include <bit>

namespace evenfold::git {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string_view name_of(ObjectKind kind) {
    switch (kind) {
    case ObjectKind::commit: return "commit";
    case ObjectKind::tree: return "tree";
    case ObjectKind::blob: return "blob";
    }
    return {};
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U |
           std::uint32_t{bytes[3]};
}

/// Twenty steps of one kind: `mix` of b, c and d, and the constant of the kind.
template <class Mix>
void rounds(std::array<std::uint32_t, 5>& s, const std::uint32_t* words, std::uint32_t constant, const Mix& mix) {
    for (int i = 0; i < 20; ++i) {
        const std::uint32_t next = std::rotl(s[0], 5) + mix(s[1], s[2], s[3]) + s[4] + constant + words[i];
        s = {next, s[0], std::rotl(s[1], 30), s[2], s[3]};
    }
}

} // namespace

void Sha1::compress(const std::uint8_t* block) {
    std::array<std::uint32_t, 80> words; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    for (std::size_t i = 0; i < 16; ++i) words[i] = big_endian(block + i * 4);
    for (std::size_t i = 16; i < 80; ++i)
        words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    auto s = state_;
    const auto parity = [](std::uint32_t b, std::uint32_t c, std::uint32_t d) { return b ^ c ^ d; };
    rounds(s, words.data(), 0x5a827999,
           [](std::uint32_t b, std::uint32_t c, std::uint32_t d) { return d ^ (b & (c ^ d)); });
    rounds(s, words.data() + 20, 0x6ed9eba1, parity);
    rounds(s, words.data() + 40, 0x8f1bbcdc,
           [](std::uint32_t b, std::uint32_t c, std::uint32_t d) { return (b & c) | (d & (b | c)); });
    rounds(s, words.data() + 60, 0xca62c1d6, parity);
    for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += s[i];
}

void Sha1::update(std::string_view bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t size = bytes.size();
    length_ += size;
    if (filled_ > 0) {
        const std::size_t part = std::min(size, block_.size() - filled_);
        std::copy_n(data, part, block_.begin() + static_cast<std::ptrdiff_t>(filled_));
        filled_ += part;
        data += part;
        size -= part;
        if (filled_ < block_.size()) return;
        compress(block_.data());
        filled_ = 0;
    }
    for (; size >= block_.size(); data += block_.size(), size -= block_.size()) compress(data);
    std::copy_n(data, size, block_.begin());
    filled_ = size;
}

ObjectId Sha1::finish() {
    const std::uint64_t bits = length_ * 8;
    std::string tail(1, '\x80');
    tail.append((119 - filled_) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) tail += static_cast<char>(bits >> static_cast<unsigned>(shift));
    update(tail);
    ObjectId id;
    for (std::size_t i = 0; i < id.bytes.size(); ++i)
        id.bytes[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - i % 4 * 8));
    return id;
}

std::string to_text(const ObjectId& id) {
    std::string text;
    for (const std::uint8_t byte : id.bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string object_header(ObjectKind kind, std::size_t size) {
    std::string header(name_of(kind));
    header += ' ';
    header += std::to_string(size);
    header += '\0';
    return header;
}

ObjectId id_of(ObjectKind kind, std::string_view bytes) {
    Sha1 sha;
    sha.update(object_header(kind, bytes.size()));
    sha.update(bytes);
    return sha.finish();
}

} // namespace evenfold::git
