/// Repairs JSON that is well-formed except for its characters or numbers.
/// Bytes that are not UTF-8 and lone surrogate escapes become U+FFFD, raw control characters in strings become
/// escapes, numbers beyond a double become the greatest one. Defects of structure are not repaired.
#pragma once

#include <string>
#include <string_view>

namespace evenfold::providers {

/// The text after repair, and the kinds of replacement in it.
struct RepairedJson {
    std::string text;
    bool characters = false;
    bool numbers = false;
};

/// Returns `text` with everything repaired that can be. Takes linear time.
[[nodiscard]] RepairedJson repaired(std::string_view text);

} // namespace evenfold::providers
