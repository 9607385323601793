/// Makes the characters of a text visible that a terminal would execute or hide: control characters, marks that reorder
/// text (bidi controls), and characters without width, with which a text can look like another one.
/// Shape: UTF-8 in; the same text out, with escapes in place of those characters. Any bytes are valid input.
/// Source: the default-ignorable code points of the Unicode Standard, except U+FE0E and U+FE0F, which choose between
/// the text and the picture of an ordinary symbol.
///
///     visible("ok\x1b[2J");           // ok\x1b[2J, with a backslash
///     visible("a\xE2\x80\xAE" "b");    // a\u202eb
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace evenfold {

/// The spelling of escapes. `text`: \x1b, \u202e, \U000e0041; line breaks and tabs are kept. `json`: as strings in JSON
/// have them; applied to a whole document, because hidden characters occur only in its strings.
enum class EscapeStyle : unsigned char { text, json };

/// Returns whether a terminal executes or hides `code_point`, so that it must be escaped.
[[nodiscard]] bool is_hidden(char32_t code_point);

/// Calls `write` with the pieces of `text`, in which hidden characters are escaped. Allocates nothing.
void write_visible(std::string_view text, EscapeStyle style, const std::function<void(std::string_view)>& write);

/// Returns `text` with hidden characters escaped. Escaping twice changes nothing.
[[nodiscard]] std::string visible(std::string_view text, EscapeStyle style = EscapeStyle::text);

} // namespace evenfold
