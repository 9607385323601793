#include "evenfold/journal/heads/text_forms.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>

#include "evenfold/core/text/utf8.hpp"

namespace evenfold::journal::heads {
namespace {

// The characters above U+0020 that Unicode calls spaces.
constexpr std::array<std::string_view, 19> wide_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
    "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
    "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

unsigned char* bytes_at(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* bytes_at(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::string to_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // libcrypto adds a NUL
    const int size = EVP_EncodeBlock(bytes_at(text), bytes_at(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0 || text.size() > INT_MAX) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(bytes_at(bytes), bytes_at(text), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
    if (static_cast<std::size_t>(size) < padding) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    if (to_base64(bytes) != text) return std::nullopt; // since libcrypto also accepts spaces and other forms
    return bytes;
}

std::optional<chain::Hash> hash_from_base64(std::string_view text) {
    const std::optional<std::string> bytes = from_base64(text);
    return bytes ? chain::hash_from(*bytes) : std::nullopt;
}

std::optional<std::uint64_t> number_from(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.begin(), text.end(), number);
    const bool has_leading_zero = text.size() > 1 && text.front() == '0';
    if (read.ec != std::errc{} || read.ptr != text.end() || has_leading_zero) return std::nullopt;
    return number;
}

bool is_signer_name(std::string_view name) {
    const auto contains = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    return !name.empty() && name.size() <= name_bytes_max && is_note_text(name, false) && !contains(" ") &&
           !contains("+") && !contains("\x7F") && std::ranges::none_of(wide_spaces, contains);
}

bool is_note_text(std::string_view text, bool lines) {
    const auto is_control = [&](char byte) {
        return static_cast<unsigned char>(byte) < 0x20U && !(lines && byte == '\n');
    };
    return std::ranges::none_of(text, is_control) && utf8::is_valid(text);
}

std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

} // namespace evenfold::journal::heads
