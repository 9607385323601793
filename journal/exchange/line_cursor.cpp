#include "evenfold/journal/exchange/line_cursor.hpp"

#include <algorithm>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::exchange {
namespace {

constexpr std::string_view short_escapes = "\"\\bfnrt";
constexpr std::string_view escaped_bytes = "\"\\\b\f\n\r\t";

bool is_plain(char byte) {
    return byte != '"' && byte != '\\' && static_cast<unsigned char>(byte) >= 0x20;
}

} // namespace

void LineCursor::fail(std::string_view reason) {
    if (!failed()) error_ = "byte " + std::to_string(at_ + 1) + ": " + std::string(reason);
}

bool LineCursor::skip(std::string_view literal) {
    if (failed() || !rest().starts_with(literal)) return false;
    at_ += literal.size();
    return true;
}

bool LineCursor::skip_member(char before, std::string_view name) {
    const std::string_view text = rest();
    const bool is_next = !failed() && text.size() > name.size() + 3 && text[0] == before && text[1] == '"' &&
                         text.substr(2, name.size()) == name && text.substr(2 + name.size(), 2) == "\":";
    if (is_next) at_ += name.size() + 4;
    return is_next;
}

void LineCursor::open(std::string_view name) {
    if (!skip_member('{', name)) fail("expected an object whose first member is '" + std::string(name) + "'");
}

void LineCursor::close() {
    if (!skip("}")) fail("expected the end of the object, because it has no more members");
    if (!failed() && !rest().empty()) fail("expected the end of the line");
}

void LineCursor::need(std::string_view name) {
    if (!has(name)) fail("expected the member '" + std::string(name) + "'");
}

bool LineCursor::has(std::string_view name) {
    return skip_member(',', name);
}

/// Reads the rest of an escape, in the only form that RFC 8785 has for its character.
bool LineCursor::read_escape(std::string& text) {
    if (rest().empty()) return false;
    if (const std::size_t found = short_escapes.find(rest().front()); found != std::string_view::npos) {
        ++at_;
        text += escaped_bytes[found];
        return true;
    }
    const std::string_view escape = rest().substr(0, 5);
    if (escape.size() != 5 || !escape.starts_with("u00")) return false;
    const auto byte = hex::decode(escape.substr(3));
    if (!byte || static_cast<unsigned char>(byte->front()) >= 0x20 || hex::encode(*byte) != escape.substr(3) ||
        escaped_bytes.find(byte->front()) != std::string_view::npos)
        return false;
    at_ += escape.size();
    text += byte->front();
    return true;
}

std::string LineCursor::text() {
    std::string text;
    if (!skip("\"")) fail("expected a string");
    while (!failed()) {
        const std::string_view left = rest();
        const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(left, is_plain) - left.begin());
        const std::size_t valid = utf8::valid_size(left.substr(0, plain));
        text += left.substr(0, valid);
        at_ += valid;
        if (valid < plain) {
            fail("the string is not UTF-8");
        } else if (skip("\"")) {
            return text;
        } else if (skip("\\")) {
            if (!read_escape(text)) fail("the string has another escape than that of RFC 8785");
        } else {
            fail(rest().empty() ? "the string has no end" : "the string has a control character");
        }
    }
    return {};
}

std::string LineCursor::hex() {
    if (!skip("\"")) fail("expected a string of hexadecimal digits");
    if (failed()) return {};
    const std::string_view digits = rest().substr(0, rest().find('"'));
    const bool is_lower = std::ranges::none_of(digits, [](char digit) { return digit >= 'A' && digit <= 'F'; });
    auto bytes = hex::decode(digits);
    if (!bytes || !is_lower || digits.size() == rest().size()) {
        fail("expected pairs of lower-case hexadecimal digits, and the end of the string");
        return {};
    }
    at_ += digits.size() + 1;
    return std::move(*bytes);
}

CommandId LineCursor::id() {
    const std::string_view digits = rest().substr(0, std::min<std::size_t>(rest().size(), 38));
    if (failed()) return {};
    if (digits.size() == 38 && digits.front() == '"' && digits.back() == '"') {
        const auto uuid = parse_uuid(digits.substr(1, 36));
        if (uuid && to_text(*uuid) == digits.substr(1, 36)) {
            at_ += digits.size();
            return CommandId{*uuid};
        }
    }
    fail("expected a UUID of 36 lower-case characters");
    return {};
}

std::string LineCursor::text_or_hex(std::string_view name) {
    auto value = optional_text_or_hex(name);
    if (value) return *std::move(value);
    fail("expected the member '" + std::string(name) + "' or '" + std::string(name) + "_hex'");
    return {};
}

std::optional<std::string> LineCursor::optional_text_or_hex(std::string_view name) {
    if (has(name)) return text();
    const std::string in_hex = std::string(name) + "_hex";
    if (!has(in_hex)) return std::nullopt;
    std::string bytes = hex();
    if (!failed() && utf8::is_valid(bytes)) fail("'" + in_hex + "' is UTF-8, and must be a text");
    return bytes;
}

std::expected<void, std::string> LineCursor::result() const {
    if (failed()) return std::unexpected(error_);
    return {};
}

} // namespace evenfold::journal::exchange
