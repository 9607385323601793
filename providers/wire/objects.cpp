#include "evenfold/providers/wire/objects.hpp"

#include <algorithm>
#include <utility>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

namespace {

constexpr char escape_character = '\x1B';

bool is_blank_or_control(char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '\x7F';
}

bool is_separator(char c) {
    return is_blank_or_control(c) || c == '[' || c == ']' || c == ',';
}

bool is_literal_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
           c == '.';
}

/// Returns the position after the escape sequence that begins at `at` (ECMA-48: control sequences, and strings such as
/// window titles, which BEL or ST ends).
std::size_t escape_end(std::string_view text, std::size_t at) {
    const auto in_range = [&](char low, char high) { return at < text.size() && text[at] >= low && text[at] <= high; };
    ++at;
    if (at >= text.size()) return at;
    const char kind = text[at++];
    if (kind == '[') {
        while (in_range('\x20', '\x3F')) ++at;
        return std::min(at + 1, text.size());
    }
    if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
        const std::size_t end = text.find_first_of("\x07\x1B", at);
        if (end == std::string_view::npos) return at;
        return std::min(end + (text[end] == escape_character ? 2 : 1), text.size());
    }
    while (in_range('\x20', '\x2F')) ++at;
    return kind >= '\x20' && kind <= '\x2F' ? std::min(at + 1, text.size()) : at;
}

/// Returns the position of the next brace outside of escape sequences; npos if there is none.
std::size_t next_brace(std::string_view text, std::size_t at) {
    while ((at = text.find_first_of("{\x1B", at)) != std::string_view::npos && text[at] == escape_character)
        at = escape_end(text, at);
    return at;
}

void emit_noise(std::string_view text, SourcePosition position, const ObjectSplitter::PartCallback& callback) {
    const bool has_escapes = text.find(escape_character) != std::string_view::npos;
    const std::string readable = without_escapes(text);
    const bool is_readable = !std::ranges::all_of(readable, is_separator);
    if (!is_readable && !has_escapes) return;
    callback({.kind = LinePartKind::noise,
              .text = is_readable ? trimmed(readable) : std::string_view(),
              .position = position});
}

} // namespace

std::string without_escapes(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == escape_character) {
            at = escape_end(text, at);
            continue;
        }
        if (!is_blank_or_control(text[at]) || text[at] == ' ' || text[at] == '\t') plain += text[at];
        ++at;
    }
    return plain;
}

ObjectOutline::ObjectState ObjectOutline::read(std::string_view line, std::size_t& at) {
    constexpr std::string_view json_blanks = " \t\r\n";
    while ((at = line.find_first_not_of(json_blanks, at)) < line.size()) {
        if (!read_token(line, at)) return ObjectState::invalid;
        if (brackets_.empty()) return ObjectState::complete;
    }
    at = line.size();
    // No printer breaks a line between a name and its value.
    const bool is_after_name =
        expected_ == Expected::colon || (expected_ == Expected::value && brackets_.back() == '{');
    return is_after_name ? ObjectState::invalid : ObjectState::open;
}

bool ObjectOutline::read_token(std::string_view line, std::size_t& at) {
    const char c = line[at];
    if (c == '}' || c == ']') {
        ++at;
        return close(c);
    }
    switch (expected_) {
    case Expected::key: return c == '"' && read_string(line, at);
    case Expected::value: return read_value(line, at);
    case Expected::colon:
        if (c != ':') return false;
        expected_ = Expected::value;
        break;
    case Expected::separator:
        if (c != ',') return false;
        expected_ = brackets_.back() == '{' ? Expected::key : Expected::value;
        break;
    }
    may_close_ = false;
    ++at;
    return true;
}

bool ObjectOutline::read_string(std::string_view line, std::size_t& at) {
    std::size_t end = at + 1;
    while ((end = line.find_first_of("\"\\", end)) != std::string_view::npos && line[end] == '\\') end += 2;
    at = end == std::string_view::npos ? line.size() : end + 1;
    has_member_ = has_member_ || expected_ == Expected::key;
    expected_ = expected_ == Expected::key ? Expected::colon : Expected::separator;
    return end != std::string_view::npos;
}

bool ObjectOutline::read_value(std::string_view line, std::size_t& at) {
    const char c = line[at];
    if (c == '"') return read_string(line, at);
    if (c == '{' || c == '[') {
        ++at;
        return open(c);
    }
    const std::size_t start = at;
    while (at < line.size() && is_literal_character(line[at])) ++at;
    expected_ = Expected::separator;
    return at > start;
}

bool ObjectOutline::open(char bracket) {
    brackets_ += bracket;
    expected_ = bracket == '{' ? Expected::key : Expected::value;
    may_close_ = true;
    return brackets_.size() <= nesting_max;
}

bool ObjectOutline::close(char bracket) {
    const bool fits = !brackets_.empty() && brackets_.back() == (bracket == '}' ? '{' : '[');
    const bool is_end = expected_ == Expected::separator || may_close_;
    if (!fits || !is_end) return false;
    brackets_.pop_back();
    expected_ = Expected::separator;
    may_close_ = false;
    return true;
}

void ObjectSplitter::feed(std::string_view line, SourcePosition position, const PartCallback& callback) {
    if (is_inside_object() && !continue_object(line, callback)) return;
    std::size_t noise = 0; // the beginning of the text that belongs to no object
    std::size_t at = next_brace(line, 0);
    while (at < line.size()) {
        ObjectOutline outline;
        std::size_t end = at;
        const ObjectOutline::ObjectState state = outline.read(line, end);
        const bool is_alone = trimmed(line.substr(at)) == "{";
        if (state == ObjectOutline::ObjectState::open && is_alone) {
            emit_noise(line.substr(noise, at - noise), position, callback);
            kept_ = "{";
            start_ = position;
            outline_ = std::move(outline);
            return;
        }
        const bool is_object = state == ObjectOutline::ObjectState::complete;
        if (is_object || outline.has_member()) {
            emit_noise(line.substr(noise, at - noise), position, callback);
            if (!is_object) end = std::min(next_brace(line, std::max(end, at + 1)), line.size());
            callback({.kind = is_object ? LinePartKind::object : LinePartKind::damage,
                      .text = line.substr(at, end - at),
                      .position = position});
            noise = end;
        }
        at = next_brace(line, std::max(end, at + 1));
    }
    emit_noise(line.substr(std::min(noise, line.size())), position, callback);
}

/// Appends `line` to the open object. Returns whether the rest of the line, to which it sets `line`, is to be read.
bool ObjectSplitter::continue_object(std::string_view& line, const PartCallback& callback) {
    std::size_t end = 0;
    const ObjectOutline::ObjectState state = outline_.read(line, end);
    const bool is_too_long = line.size() > bytes_max_ - std::min(bytes_max_, kept_.size());
    if (state == ObjectOutline::ObjectState::invalid || is_too_long) {
        finish(callback);
        return true; // the line may be the beginning of something else
    }
    kept_ += '\n';
    kept_ += line.substr(0, end);
    if (state == ObjectOutline::ObjectState::open) return false;
    const std::string object = std::exchange(kept_, {});
    callback({.kind = LinePartKind::object, .text = object, .position = start_});
    line.remove_prefix(end);
    return true;
}

void ObjectSplitter::finish(const PartCallback& callback) {
    if (!is_inside_object()) return;
    const std::string beginning = std::exchange(kept_, {});
    callback({.kind = LinePartKind::damage, .text = beginning, .position = start_});
}

} // namespace evenfold::providers
