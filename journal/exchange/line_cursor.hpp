/// A position in a line of an export. Written by hand because a JSON library accepts many texts for one value, and a
/// line has exactly one.
/// Shapes: each function reads one value. After the first error the others return empty values and change nothing, so
/// that a parser checks once, at the end.
/// Errors: the number of the byte, from 1, and the expected form.
#pragma once

#include <charconv>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "evenfold/core/events/events.hpp"

namespace evenfold::journal::exchange {

class LineCursor {
public:
    explicit LineCursor(std::string_view line) : line_(line) {}

    /// Reads the beginning of the object, whose first member has this name.
    void open(std::string_view name);
    /// Reads the end of the object and of the line.
    void close();
    /// Reads the name of the next member.
    void need(std::string_view name);
    /// Reads the name of the next member if it is this one. Returns whether it is.
    [[nodiscard]] bool has(std::string_view name);

    template <class Integer>
    [[nodiscard]] Integer number() {
        Integer value{};
        if (failed()) return value;
        const std::string_view text = rest();
        const auto read = std::from_chars(text.begin(), text.end(), value);
        const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0, 2);
        const bool is_padded = digits.size() == 2 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
        if (read.ec != std::errc{} || is_padded || text.starts_with("-0")) {
            fail("expected an integer in range, without leading zeros");
            return Integer{};
        }
        at_ += static_cast<std::size_t>(read.ptr - text.begin());
        return value;
    }
    /// Reads a string of UTF-8.
    [[nodiscard]] std::string text();
    /// Reads a string of lower-case hexadecimal digits, and returns its bytes.
    [[nodiscard]] std::string hex();
    [[nodiscard]] CommandId id();
    /// Reads the member `name`, or, of bytes that are not UTF-8, the member `name`_hex.
    [[nodiscard]] std::string text_or_hex(std::string_view name);
    /// The same, of a member that may be absent.
    [[nodiscard]] std::optional<std::string> optional_text_or_hex(std::string_view name);

    /// Returns the first error, if there was one.
    [[nodiscard]] std::expected<void, std::string> result() const;
    [[nodiscard]] bool failed() const { return !error_.empty(); }

private:
    [[nodiscard]] std::string_view rest() const { return line_.substr(at_); }
    bool skip(std::string_view literal);
    bool skip_member(char before, std::string_view name);
    void fail(std::string_view reason);
    [[nodiscard]] bool read_escape(std::string& text);

    std::string_view line_;
    std::size_t at_ = 0;
    std::string error_;
};

} // namespace evenfold::journal::exchange
