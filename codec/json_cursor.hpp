/// A position in a JSON text, for decoders that read bytes directly into objects.
/// Shape: each function continues where the previous one stopped. It returns false if the text does not continue as
/// required, or only the plain decoder reads it; the position is then unspecified, unless stated otherwise.
///
///     JsonCursor cursor(R"({"seq":12})");
///     std::uint64_t seq = 0;
///     assert(cursor.consume_literal("{\"seq\":") && cursor.read_integer(seq) && cursor.consume('}'));
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "evenfold/codec/text.hpp"

namespace evenfold::codec {

class JsonCursor {
public:
    explicit JsonCursor(std::string_view json) // NOLINT(*-member-init): short_
        : first_(json.data()), at_(first_), end_(first_ + json.size()) {}

    [[nodiscard]] std::string_view rest() const { return {at_, end_}; }
    [[nodiscard]] bool is_next(char wanted) const { return at_ != end_ && *at_ == wanted; }

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    void skip(std::size_t bytes) { at_ += bytes; }

    /// Consumes optional spaces and then `wanted`, if it comes next. Otherwise only the spaces.
    bool consume(char wanted) {
        if (at_ != end_ && *at_ <= ' ') skip_space();
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    /// Consumes `literal` if it comes next, and otherwise nothing.
    bool consume_literal(std::string_view literal) {
        if (!rest().starts_with(literal)) return false;
        at_ += literal.size();
        return true;
    }

    /// Consumes the rest of an opened string if it is `name`, and otherwise nothing. Names need no escapes.
    bool consume_name(std::string_view name) {
        if (rest().size() <= name.size() || at_[name.size()] != '"') return false;
        if (std::memcmp(at_, name.data(), name.size()) != 0) return false;
        at_ += name.size() + 1;
        return true;
    }

    /// Reads a string up to the next quote. Neither unescapes nor validates it.
    bool read_plain_string(std::string_view& text);

    /// Reads the rest of an opened string. `text` is valid until the next call. Escapes beyond ASCII return false.
    bool read_string(std::string_view& text);

    /// Does the same after `text`, which needs no escapes. `bits` has high bits if it may not be ASCII.
    bool finish_string(std::string_view& text, std::uint64_t bits);

    /// Reads an integer. Stops before a fraction or an exponent. Returns false for leading zeros.
    template <class Number>
    bool read_integer(Number& number) {
        const auto [end, error] = std::from_chars(at_, end_, number);
        if (error != std::errc()) return false;
        const char* const first = *at_ == '-' ? at_ + 1 : at_;
        if (*first == '0' && end - first > 1) return false;
        at_ = end;
        return true;
    }

    /// Reads a number with a fraction or an exponent. Returns false for an integer, because its rounding differs.
    bool read_real(double& number);

    /// Calls `step` inside of one more bracket. Returns false beyond the deepest nesting.
    template <class Step>
    bool read_in_brackets(Step step) {
        if (++depth_ > nesting_max) return false;
        const bool done = step();
        --depth_;
        return done;
    }

private:
    std::string_view read_plain_run(std::uint64_t& bits);
    bool read_escapes(std::string_view& text, std::uint64_t& bits);
    bool read_escape(char& character);
    bool read_ascii_escape(char& character);
    [[nodiscard]] std::size_t raw_size() const;
    std::size_t skip_digits();

    const char* first_;
    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    // The last text that contained escapes.
    std::array<char, 128> short_; // NOLINT(*-member-init): most texts have no escapes
    std::string long_;
};

} // namespace evenfold::codec
