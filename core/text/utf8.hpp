/// UTF-8, as every part of evenfold reads it: which bytes are characters, how many there are, where text may be cut.
/// Shape: bytes in, sizes and views out; a character is a code point. Any bytes are valid input.
/// Source: RFC 3629 (shortest forms only, no surrogates, at most U+10FFFF), table 3-7 of the Unicode Standard.
///
///     utf8::character_size("\xC3\xA9t\xC3\xA9"); // 2
///     utf8::character_size("\xC3(");            // 0, because a continuation byte is missing
///     utf8::count("\xC3\xA9t\xC3\xA9");          // 3
#pragma once

#include <cstddef>
#include <string_view>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::utf8 {

/// The encoding of U+FFFD, which stands for a byte that belongs to no character.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Returns whether `byte` continues a character that began before it.
[[nodiscard]] constexpr bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Returns the size in bytes, 1 to 4, of the character that `text` begins with; 0 if it begins with none, or is empty.
[[nodiscard]] std::size_t character_size(std::string_view text);

/// Returns the size of the longest beginning of `text` that is UTF-8.
[[nodiscard]] std::size_t valid_size(std::string_view text);

/// Returns whether all of `text` is UTF-8. NUL is a character like any other.
[[nodiscard]] bool is_valid(std::string_view text);

/// Returns the number of characters, that is, of bytes that do not continue one. Exact for valid text.
[[nodiscard]] std::size_t count(std::string_view text);

/// Returns the longest beginning of `text` with at most `limit` characters, counted as by `count`.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t limit);

/// Returns the size of the longest beginning of `text` that has at most `limit` bytes and ends between characters. May
/// be 0, for text that begins with continuation bytes or with a character longer than `limit`.
[[nodiscard]] std::size_t cut_size(std::string_view text, std::size_t limit);

} // namespace evenfold::utf8
