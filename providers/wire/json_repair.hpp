/// JSON that is whole but for its characters or numbers, made readable.
/// Bytes that are not UTF-8 and lone surrogate escapes become U+FFFD, raw control characters in strings become
/// escapes, numbers beyond a double become the greatest one. What is broken in its structure stays broken.
#pragma once

#include <string>
#include <string_view>

namespace evenfold::providers {

/// The text after repair, and what had to be replaced in it.
struct Repair {
    std::string text;
    bool characters = false;
    bool numbers = false;
};

/// `text` with all that can be repaired, repaired. Linear.
[[nodiscard]] Repair repaired(std::string_view text);

} // namespace evenfold::providers
