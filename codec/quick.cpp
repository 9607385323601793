#include <charconv>
#include <cstring>
#include <limits>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/scan.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

bool is_digit(char at) {
    return at >= '0' && at <= '9';
}

/// Walks a JSON text and fills an object. Each function continues where the last one stopped, and returns false for
/// input that it leaves to the plain decoder.
class Quick {
public:
    explicit Quick(std::string_view json) : at_(json.data()), end_(at_ + json.size()) {}

    bool whole(const Shape& shape, void* object) {
        if (!value(shape, object)) return false;
        skip();
        return at_ == end_;
    }

private:
    bool value(const Shape& shape, void* object) {
        if (at_ != end_ && *at_ <= ' ') skip();
        return std::visit([&](const auto& kind) { return on(kind, object); }, shape.kind);
    }

    bool on(const BooleanShape&, void* object) {
        auto& boolean = *static_cast<bool*>(object);
        boolean = word("true");
        return boolean || word("false");
    }

    bool on(const IntegerShape& kind, void* object) {
        std::int64_t number = 0;
        return whole_number(number) && kind.write(object, number);
    }

    bool on(const NaturalShape& kind, void* object) {
        std::uint64_t number = 0;
        return whole_number(number) && kind.write(object, number);
    }

    bool on(const RealShape&, void* object) {
        auto& real = *static_cast<double*>(object);
        const char* const first = at_;
        if (word("\"NaN\"")) real = std::numeric_limits<double>::quiet_NaN();
        if (word("\"Infinity\"")) real = std::numeric_limits<double>::infinity();
        if (word("\"-Infinity\"")) real = -std::numeric_limits<double>::infinity();
        if (at_ != first) return true;
        if (!real_number()) return false;
        const auto [end, error] = std::from_chars(first, at_, real);
        return error == std::errc() && end == at_;
    }

    bool on(const TextShape& kind, void* object) {
        if (next_is('"')) return quoted(kind, object);
        std::string_view digits;
        if (!word("{\"$hex\":") || !plain(digits) || !next_is('}')) return false;
        const auto bytes = hex::decode(digits);
        if (bytes) kind.write(object, *bytes);
        return bytes.has_value();
    }

    bool on(const UuidShape&, void* object) {
        std::string_view text;
        if (!plain(text)) return false;
        const auto id = parse_uuid(text);
        if (id) *static_cast<Uuid*>(object) = *id;
        return id.has_value();
    }

    bool on(const InstantShape&, void* object) {
        std::string_view text;
        if (!plain(text)) return false;
        const auto instant = parse_instant(text);
        if (instant) *static_cast<Instant*>(object) = *instant;
        return instant.has_value();
    }

    bool on(const EnumerationShape& kind, void* object) {
        std::string_view name;
        if (!plain(name)) return false;
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return false;
    }

    bool on(const StructureShape& kind, void* object) {
        return next_is('{') && in_brackets([&] { return fields(kind, object, true); });
    }

    bool on(const VariantShape& kind, void* object) {
        return next_is('{') && in_brackets([&] { return alternative(kind, object); });
    }

    bool on(const OptionalShape& kind, void* object) {
        return word("null") || value(kind.element(), kind.emplace(object));
    }

    bool on(const SequenceShape& kind, void* object) {
        return next_is('[') && in_brackets([&] { return elements(kind, object); });
    }

    bool on(const IndirectShape& kind, void* object) { return value(kind.content(), kind.value(object)); }

    /// Reads the fields up to the closing bracket. Each may occur once; all that are not optional must occur.
    bool fields(const StructureShape& kind, void* object, bool is_first) {
        constexpr std::size_t fields_max = 63; // one bit per field, and one for a missing field
        const std::span<const Field> all = kind.fields;
        if (all.size() > fields_max) return false;
        std::uint64_t seen = 0;
        std::size_t place = 0; // index of the field that is probably next
        for (; !next_is('}'); is_first = false) {
            if (!is_first && !next_is(',')) return false;
            if (!next_is('"')) return false;
            place = field_named_here(all, place);
            const std::uint64_t mark = std::uint64_t{1} << place;
            if (place == all.size() || (seen & mark) != 0 || !next_is(':')) return false;
            seen |= mark;
            if (!value(all[place].shape(), all[place].at(object))) return false;
            ++place;
        }
        for (std::size_t other = 0; other < all.size(); ++other) {
            if ((seen >> other & 1U) == 0 && !std::holds_alternative<OptionalShape>(all[other].shape().kind))
                return false;
        }
        return true;
    }

    /// Returns the index of the field whose name comes next, starting at `likely`; `all.size()` if there is none.
    std::size_t field_named_here(std::span<const Field> all, std::size_t likely) {
        for (std::size_t place = likely; place < all.size(); ++place) {
            if (name_here(all[place].name)) return place;
        }
        for (std::size_t place = 0; place < likely; ++place) {
            if (name_here(all[place].name)) return place;
        }
        return all.size();
    }

    /// Skips the opened string and returns true if it is `name`. Names need no escapes.
    bool name_here(std::string_view name) {
        if (static_cast<std::size_t>(end_ - at_) <= name.size() || at_[name.size()] != '"') return false;
        if (std::memcmp(at_, name.data(), name.size()) != 0) return false;
        at_ += name.size() + 1;
        return true;
    }

    /// Reads up to the closing bracket. The type must come first, as the encoder writes it.
    bool alternative(const VariantShape& kind, void* object) {
        std::string_view name;
        if (!next_is('"') || !name_here("type") || !next_is(':') || !plain(name)) return false;
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            void* held = kind.emplace(object, index);
            if (const auto* structure = fields_beside_type(shape)) return fields(*structure, held, false);
            return next_is(',') && next_is('"') && name_here("value") && next_is(':') && value(shape, held) &&
                   next_is('}');
        }
        return false;
    }

    bool elements(const SequenceShape& kind, void* object) {
        if (next_is(']')) return true;
        const Shape& element = kind.element();
        const std::function<bool(void*)> fill = [&](void* made) { return value(element, made); };
        do {
            if (!kind.add(object, fill)) return false;
        } while (next_is(','));
        return next_is(']');
    }

    template <class Step>
    bool in_brackets(Step step) {
        if (++depth_ > nesting_max) return false;
        const bool done = step();
        --depth_;
        return done;
    }

    /// Reads the rest of an opened string. Leaves escapes of characters beyond ASCII to the plain decoder.
    bool quoted(const TextShape& kind, void* object) {
        std::uint64_t bits = 0; // bitwise or of all its bytes
        std::string_view text = run(bits);
        if (at_ != end_ && *at_ == '\\') {
            unescaped_ = text;
            if (!unescape(bits)) return false;
            text = unescaped_;
        }
        if (at_ == end_ || *at_ != '"') return false;
        ++at_;
        if ((bits & high_bits) != 0 && !utf8::is_valid(text)) return false;
        kind.write(object, text);
        return true;
    }

    bool unescape(std::uint64_t& bits) {
        while (at_ != end_ && *at_ == '\\') {
            ++at_;
            if (!escaped(unescaped_)) return false;
            unescaped_ += run(bits);
        }
        return true;
    }

    /// Skips and returns the characters that need no unescaping.
    std::string_view run(std::uint64_t& bits) {
        const std::string_view passed = rest().substr(0, plain_bytes(rest(), bits));
        at_ += passed.size();
        return passed;
    }

    [[nodiscard]] std::string_view rest() const { return {at_, end_}; }

    bool escaped(std::string& text) {
        if (at_ == end_) return false;
        switch (*at_++) {
        case '"': text += '"'; return true;
        case '\\': text += '\\'; return true;
        case '/': text += '/'; return true;
        case 'b': text += '\b'; return true;
        case 'f': text += '\f'; return true;
        case 'n': text += '\n'; return true;
        case 'r': text += '\r'; return true;
        case 't': text += '\t'; return true;
        case 'u': return character(text);
        default: return false;
        }
    }

    bool character(std::string& text) {
        constexpr std::size_t digits = 4;
        if (static_cast<std::size_t>(end_ - at_) < digits) return false;
        std::uint16_t code = 0;
        const auto end = std::from_chars(at_, at_ + digits, code, 16).ptr;
        if (end != at_ + digits || code >= 0x80) return false;
        at_ = end;
        text += static_cast<char>(code);
        return true;
    }

    /// Reads a string up to the next quote, without unescaping or validating it.
    bool plain(std::string_view& text) {
        if (!next_is('"')) return false;
        const auto* end = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
        if (!end) return false;
        text = {at_, end};
        at_ = end + 1;
        return true;
    }

    /// Reads an integer without leading zeros. Stops before a fraction or an exponent.
    template <class Number>
    bool whole_number(Number& number) {
        const auto [end, error] = std::from_chars(at_, end_, number);
        if (error != std::errc()) return false;
        const char* const first = *at_ == '-' ? at_ + 1 : at_;
        if (*first == '0' && end - first > 1) return false;
        at_ = end;
        return true;
    }

    /// Skips a number with a fraction or an exponent. Returns false for an integer, which is rounded by another rule.
    bool real_number() {
        if (at_ != end_ && *at_ == '-') ++at_;
        const bool is_zero = at_ != end_ && *at_ == '0';
        const std::size_t whole = digits();
        if (whole == 0 || (is_zero && whole > 1)) return false;
        const bool is_fraction = at_ != end_ && *at_ == '.';
        if (is_fraction && (++at_, digits() == 0)) return false;
        const bool is_power = at_ != end_ && (*at_ == 'e' || *at_ == 'E');
        if (!is_power) return is_fraction;
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        return digits() != 0;
    }

    std::size_t digits() {
        const char* const first = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return static_cast<std::size_t>(at_ - first);
    }

    /// Skips `spelt` if it is next.
    bool word(std::string_view spelt) {
        if (static_cast<std::size_t>(end_ - at_) < spelt.size()) return false;
        if (std::memcmp(at_, spelt.data(), spelt.size()) != 0) return false;
        at_ += spelt.size();
        return true;
    }

    /// Skips `wanted`, and the space before it, if it is next.
    bool next_is(char wanted) {
        if (at_ != end_ && *at_ <= ' ') skip();
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    void skip() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    std::string unescaped_; // a text that contained escapes
};

} // namespace

bool decode_quickly(const Shape& shape, void* object, std::string_view json) {
    return Quick(json).whole(shape, object);
}

} // namespace evenfold::codec
