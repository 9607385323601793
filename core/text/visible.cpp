#include "evenfold/core/text/visible.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "evenfold/core/text/utf8.hpp"

namespace evenfold {
namespace {

struct CodePoints {
    char32_t first;
    char32_t last;
};

constexpr std::array<CodePoints, 20> hidden{{
    {0x0000, 0x001F},   // C0 controls
    {0x007F, 0x009F},   // delete, C1 controls
    {0x00AD, 0x00AD},   // soft hyphen
    {0x034F, 0x034F},   // combining grapheme joiner
    {0x061C, 0x061C},   // Arabic letter mark
    {0x115F, 0x1160},   // Hangul fillers
    {0x17B4, 0x17B5},   // Khmer inherent vowels
    {0x180B, 0x180F},   // Mongolian variation selectors and vowel separator
    {0x200B, 0x200F},   // zero-width space and joiners, marks of direction
    {0x2028, 0x202E},   // line and paragraph separator, bidi embeddings and overrides
    {0x2060, 0x206F},   // word joiner, invisible operators, bidi isolates
    {0x3164, 0x3164},   // Hangul filler
    {0xFE00, 0xFE0D},   // variation selectors
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xFFA0, 0xFFA0},   // half-width Hangul filler
    {0xFFF0, 0xFFFB},   // unassigned, interlinear annotation
    {0x13430, 0x1345F}, // Egyptian format controls
    {0x1BCA0, 0x1BCA3}, // shorthand format controls
    {0x1D173, 0x1D17A}, // musical format controls
    {0xE0000, 0xE0FFF}, // tags, variation selectors
}};

char32_t decode(std::string_view character) {
    constexpr std::array<unsigned char, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t code_point = static_cast<unsigned char>(character.front()) & lead_bits.at(character.size());
    for (const char byte : character.substr(1))
        code_point = code_point << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    return code_point;
}

/// An escape, which is at most as long as two \uXXXX of JSON.
class Escape {
public:
    Escape(std::string_view prefix, std::uint32_t value, std::size_t digits) { add(prefix, value, digits); }

    void add(std::string_view prefix, std::uint32_t value, std::size_t digits) {
        for (const char at : prefix) bytes_.at(size_++) = at;
        for (std::size_t digit = digits; digit > 0; --digit)
            bytes_.at(size_++) = "0123456789abcdef"[value >> 4U * (digit - 1) & 0xFU];
    }

    [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

private:
    std::array<char, 12> bytes_{};
    std::size_t size_ = 0;
};

Escape escape_of(char32_t code_point, EscapeStyle style) {
    if (style == EscapeStyle::text) {
        if (code_point < 0x80) return {"\\x", code_point, 2};
        return code_point < 0x10000 ? Escape("\\u", code_point, 4) : Escape("\\U", code_point, 8);
    }
    if (code_point < 0x10000) return {"\\u", code_point, 4};
    Escape pair("\\u", 0xD800 + ((code_point - 0x10000) >> 10U), 4);
    pair.add("\\u", 0xDC00 + ((code_point - 0x10000) & 0x3FFU), 4);
    return pair;
}

bool is_plain(char at) {
    return at >= ' ' && at < 0x7F;
}

} // namespace

bool is_hidden(char32_t code_point) {
    const auto found = std::ranges::lower_bound(hidden, code_point, {}, &CodePoints::last);
    return found != hidden.end() && found->first <= code_point;
}

void write_visible(std::string_view text, EscapeStyle style, const std::function<void(std::string_view)>& write) {
    std::size_t begin = 0; // of the part that is not yet written
    for (std::size_t at = 0; at < text.size();) {
        if (is_plain(text[at]) || text[at] == '\n' || text[at] == '\t') {
            ++at;
            continue;
        }
        const std::size_t size = utf8::character_size(text.substr(at));
        const char32_t code_point = size == 0 ? 0 : decode(text.substr(at, size));
        if (size > 0 && !is_hidden(code_point)) {
            at += size;
            continue;
        }
        if (at > begin) write(text.substr(begin, at - begin));
        if (size > 0)
            write(escape_of(code_point, style).text());
        else if (style == EscapeStyle::text)
            write(Escape("\\x", static_cast<unsigned char>(text[at]), 2).text());
        else
            write(utf8::replacement);
        at += std::max<std::size_t>(size, 1);
        begin = at;
    }
    if (begin < text.size()) write(text.substr(begin));
}

std::string visible(std::string_view text, EscapeStyle style) {
    std::string shown;
    shown.reserve(text.size());
    write_visible(text, style, [&](std::string_view piece) { shown += piece; });
    return shown;
}

} // namespace evenfold
