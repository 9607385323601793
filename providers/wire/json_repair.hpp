/// Repairs characters and numbers of JSON. Errors of structure remain.
/// Bytes that are not UTF-8 and lone surrogate escapes become U+FFFD. Raw control characters in strings become escapes.
/// Numbers beyond the range of a double become the largest double.
#pragma once

#include <string>
#include <string_view>

namespace evenfold::providers {

/// The text after repair, and the kinds of replacements in it.
struct RepairedJson {
    std::string text;
    bool characters = false;
    bool numbers = false;
};

/// Returns the repaired text. Takes linear time.
[[nodiscard]] RepairedJson repair_json(std::string_view text);

} // namespace evenfold::providers
