/// The text forms that signed notes are made of: base64, decimal numbers, names and lines. Each value has exactly one
/// form, so that two different texts never mean the same.
/// Shapes: bytes or numbers in, text out, and back.
/// Errors: nullopt for a text that is no such form.
/// Source: RFC 4648, section 4; C2SP signed-note. Base64 is that of libcrypto, which this library links for Ed25519.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/hash.hpp"

namespace evenfold::journal::heads {

/// Names of signers have at most this number of bytes, because other programs limit origins so.
inline constexpr std::size_t name_bytes_max = 255;

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Returns the bytes whose base64 is exactly `text`: padded, without line breaks, unused bits zero.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
/// Returns the hash whose base64 is exactly `text`.
[[nodiscard]] std::optional<chain::Hash> hash_from_base64(std::string_view text);

/// Returns the number whose decimal digits, without leading zeros, are exactly `text`.
[[nodiscard]] std::optional<std::uint64_t> number_from(std::string_view text);

/// Returns whether a signer may have this name: UTF-8 of 1 to 255 bytes, without spaces, control characters and plus
/// signs.
[[nodiscard]] bool is_signer_name(std::string_view name);

/// Returns whether `text` is UTF-8 without the control characters below U+0020. A line break is allowed if `lines`.
[[nodiscard]] bool is_note_text(std::string_view text, bool lines);

/// Removes the first line from `text` and returns it without its line break, or nullopt if no line break is left.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& text);

} // namespace evenfold::journal::heads
