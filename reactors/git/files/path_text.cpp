#include "evenfold/reactors/git/files/path_text.hpp"

#include <cstdint>
#include <fmt/format.h>

#include "evenfold/core/text/utf8.hpp"

namespace evenfold::git {

namespace {

constexpr std::string_view letters = "abtnvfr"; // of the bytes 7 to 13

bool is_plain(std::string_view path) {
    while (!path.empty()) {
        const std::size_t size = utf8::character_size(path);
        const auto first = static_cast<std::uint8_t>(path.front());
        if (size == 0 || first < 0x20 || first == 0x7f || first == '"' || first == '\\') return false;
        path.remove_prefix(size);
    }
    return true;
}

} // namespace

std::string path_text(std::string_view path) {
    if (is_plain(path)) return std::string(path);
    std::string text = "\"";
    for (const char letter : path) {
        const auto byte = static_cast<std::uint8_t>(letter);
        if (byte == '"' || byte == '\\')
            text += {'\\', letter};
        else if (byte >= 7 && byte <= 13)
            text += {'\\', letters[byte - 7U]};
        else if (byte < 0x20 || byte >= 0x7f)
            text += fmt::format("\\{:03o}", byte);
        else
            text += letter;
    }
    return text + '"';
}

std::string path_of_text(std::string_view text) {
    if (text.size() < 2 || text.front() != '"') return std::string(text);
    text = text.substr(1, text.size() - 2);
    std::string path;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 >= text.size()) {
            path += text[at];
            continue;
        }
        const char letter = text[++at];
        const std::size_t known = letters.find(letter);
        if (letter >= '0' && letter <= '7' && at + 2 < text.size()) {
            path += static_cast<char>((letter - '0') * 64 + (text[at + 1] - '0') * 8 + (text[at + 2] - '0'));
            at += 2;
        } else {
            path += known == std::string_view::npos ? letter : static_cast<char>(known + 7);
        }
    }
    return path;
}

} // namespace evenfold::git
