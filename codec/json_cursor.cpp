#include "evenfold/codec/json_cursor.hpp"

#include <algorithm>

#include "evenfold/codec/scan.hpp"
#include "evenfold/core/text/utf8.hpp"

namespace evenfold::codec {
namespace {

bool is_digit(char at) {
    return at >= '0' && at <= '9';
}

} // namespace

bool JsonCursor::read_plain_string(std::string_view& text) {
    if (!consume('"')) return false;
    const auto* end = static_cast<const char*>(std::memchr(at_, '"', rest().size()));
    if (!end) return false;
    text = {at_, end};
    at_ = end + 1;
    return true;
}

bool JsonCursor::read_string(std::string_view& text) {
    std::uint64_t bits = 0;
    text = read_plain_run(bits);
    return finish_string(text, bits);
}

bool JsonCursor::finish_string(std::string_view& text, std::uint64_t bits) {
    if (is_next('\\') && !read_escapes(text, bits)) return false;
    if (!is_next('"')) return false;
    ++at_;
    return (bits & high_bits) == 0 || utf8::is_valid(text);
}

/// Consumes and returns the characters up to the next quote, backslash or control character.
inline std::string_view JsonCursor::read_plain_run(std::uint64_t& bits) {
    const std::string_view run{at_, plain_bytes(first_, at_, end_, bits)};
    at_ += run.size();
    return run;
}

bool JsonCursor::read_real(double& number) {
    const char* const first = at_;
    if (is_next('-')) ++at_;
    const bool is_zero = is_next('0');
    const std::size_t integer_digits = skip_digits();
    if (integer_digits == 0 || (is_zero && integer_digits > 1)) return false;
    const bool is_fraction = is_next('.');
    if (is_fraction && (++at_, skip_digits() == 0)) return false;
    const bool is_power = is_next('e') || is_next('E');
    if (!is_power && !is_fraction) return false;
    if (is_power) {
        ++at_;
        if (is_next('+') || is_next('-')) ++at_;
        if (skip_digits() == 0) return false;
    }
    const auto [end, error] = std::from_chars(first, at_, number);
    return error == std::errc() && end == at_;
}

std::size_t JsonCursor::skip_digits() {
    const char* const first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return static_cast<std::size_t>(at_ - first);
}

/// Continues `text`, after which the first escape comes, up to its quote. Copies whole words, although runs between
/// escapes are short, because a call of memcpy costs more than the bytes that are overwritten.
bool JsonCursor::read_escapes(std::string_view& text, std::uint64_t& bits) {
    constexpr std::size_t size = sizeof(std::uint64_t);
    std::size_t bound = text.size() + rest().size() + size;
    if (bound > short_.size()) bound = text.size() + raw_size() + size;
    if (bound > short_.size()) long_.resize(bound);
    char* const first = bound > short_.size() ? long_.data() : short_.data();
    std::memcpy(first, text.data(), text.size());
    char* out = first + text.size();
    while (is_next('\\')) {
        ++at_;
        if (!read_escape(*out++)) return false;
        const std::string_view run = read_plain_run(bits);
        if (run.size() <= size && static_cast<std::size_t>(end_ - run.data()) >= size)
            std::memcpy(out, run.data(), size);
        else
            std::memcpy(out, run.data(), run.size());
        out += run.size();
    }
    text = {first, out};
    return true;
}

/// Returns the number of bytes up to the quote that ends the string.
std::size_t JsonCursor::raw_size() const {
    const char* at = at_;
    while (at < end_ && *at != '"') at += *at == '\\' ? 2 : 1;
    return static_cast<std::size_t>(std::min(at, end_) - at_);
}

/// Reads an escape after its backslash.
bool JsonCursor::read_escape(char& character) {
    if (at_ == end_) return false;
    switch (*at_++) {
    case '"': character = '"'; return true;
    case '\\': character = '\\'; return true;
    case '/': character = '/'; return true;
    case 'b': character = '\b'; return true;
    case 'f': character = '\f'; return true;
    case 'n': character = '\n'; return true;
    case 'r': character = '\r'; return true;
    case 't': character = '\t'; return true;
    case 'u': return read_ascii_escape(character);
    default: return false;
    }
}

bool JsonCursor::read_ascii_escape(char& character) {
    constexpr std::size_t digits = 4;
    if (rest().size() < digits) return false;
    std::uint16_t code = 0;
    const auto end = std::from_chars(at_, at_ + digits, code, 16).ptr;
    if (end != at_ + digits || code >= 0x80) return false;
    at_ = end;
    character = static_cast<char>(code);
    return true;
}

} // namespace evenfold::codec
