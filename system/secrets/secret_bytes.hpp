/// Bytes that must not stay in memory: a secret, from its source to the key that is made from it.
/// Shape: a buffer of a fixed size, which never moves, because a moved or grown buffer leaves a copy behind. It is
/// overwritten before it is freed. It cannot be printed, compared or copied.
///
///     SecretBytes secret(32);
///     if (auto filled = fill_random(secret.buffer()); !filled) return filled;
///     use(secret.view());
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace evenfold::system {

/// Overwrites `size` bytes at `memory`. The compiler does not remove it.
void wipe(void* memory, std::size_t size);

class SecretBytes {
public:
    SecretBytes() = default;
    /// Allocates `size` zero bytes.
    explicit SecretBytes(std::size_t size) : bytes_(size), size_(size) {}
    SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<char> buffer() { return {bytes_.data(), size_}; }
    /// Returns a view of the bytes, which must not be copied into memory that is not wiped.
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    /// Keeps the first `size` bytes.
    void shorten(std::size_t size) { size_ = std::min(size, size_); }

private:
    std::vector<char> bytes_; // never changes its size
    std::size_t size_ = 0;    // of the secret
};

} // namespace evenfold::system
