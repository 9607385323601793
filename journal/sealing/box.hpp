/// Encrypts a text with AES-256-GCM, and decrypts it only if neither it nor the additional data was changed.
/// Shapes: a key of 32 bytes; a nonce of 12, used once per key; a box, the encrypted text and then 16 bytes of tag.
/// Source: NIST SP 800-38D. Errors: nullopt; OpenSSL fails only without memory, or where a policy forbids the cipher.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evenfold::journal::sealing {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;

/// Returns the box of `text`.
[[nodiscard]] std::optional<std::string>
seal_box(std::string_view key, std::string_view nonce, std::string_view additional, std::string_view text);

/// Returns the text in `box`, or nullopt if the key, the nonce or the additional data are others than those with which
/// it was sealed, or the box was changed.
[[nodiscard]] std::optional<std::string>
open_box(std::string_view key, std::string_view nonce, std::string_view additional, std::string_view box);

} // namespace evenfold::journal::sealing
