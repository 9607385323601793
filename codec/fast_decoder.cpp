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

/// Reads a JSON text from front to back and fills an object. Each function continues where the previous one stopped,
/// and returns false for input that the plain decoder must handle.
class FastDecoder {
public:
    explicit FastDecoder(std::string_view json) : at_(json.data()), end_(at_ + json.size()) {}

    bool decode(const Shape& shape, void* object) {
        if (!read_value(shape, object)) return false;
        skip_space();
        return at_ == end_;
    }

private:
    bool read_value(const Shape& shape, void* object) {
        if (at_ != end_ && *at_ <= ' ') skip_space();
        return std::visit([&](const auto& kind) { return on(kind, object); }, shape.kind);
    }

    bool on(const BooleanShape&, void* object) {
        auto& boolean = *static_cast<bool*>(object);
        boolean = consume_literal("true");
        return boolean || consume_literal("false");
    }

    bool on(const IntegerShape& kind, void* object) {
        std::int64_t number = 0;
        return read_integer(number) && kind.write(object, number);
    }

    bool on(const NaturalShape& kind, void* object) {
        std::uint64_t number = 0;
        return read_integer(number) && kind.write(object, number);
    }

    bool on(const RealShape&, void* object) {
        auto& real = *static_cast<double*>(object);
        const char* const first = at_;
        if (consume_literal("\"NaN\"")) real = std::numeric_limits<double>::quiet_NaN();
        if (consume_literal("\"Infinity\"")) real = std::numeric_limits<double>::infinity();
        if (consume_literal("\"-Infinity\"")) real = -std::numeric_limits<double>::infinity();
        if (at_ != first) return true;
        if (!skip_real()) return false;
        const auto [end, error] = std::from_chars(first, at_, real);
        return error == std::errc() && end == at_;
    }

    bool on(const TextShape& kind, void* object) {
        if (consume('"')) return read_string(kind, object);
        std::string_view digits;
        if (!consume_literal("{\"$hex\":") || !read_plain_string(digits) || !consume('}')) return false;
        const auto bytes = hex::decode(digits);
        if (bytes) kind.write(object, *bytes);
        return bytes.has_value();
    }

    bool on(const UuidShape&, void* object) {
        std::string_view text;
        if (!read_plain_string(text)) return false;
        const auto id = parse_uuid(text);
        if (id) *static_cast<Uuid*>(object) = *id;
        return id.has_value();
    }

    bool on(const InstantShape&, void* object) {
        std::string_view text;
        if (!read_plain_string(text)) return false;
        const auto instant = parse_instant(text);
        if (instant) *static_cast<Instant*>(object) = *instant;
        return instant.has_value();
    }

    bool on(const EnumerationShape& kind, void* object) {
        std::string_view name;
        if (!read_plain_string(name)) return false;
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return false;
    }

    bool on(const StructureShape& kind, void* object) {
        return consume('{') && read_in_brackets([&] { return read_fields(kind, object, true); });
    }

    bool on(const VariantShape& kind, void* object) {
        return consume('{') && read_in_brackets([&] { return read_alternative(kind, object); });
    }

    bool on(const OptionalShape& kind, void* object) {
        return consume_literal("null") || read_value(kind.element(), kind.emplace(object));
    }

    bool on(const SequenceShape& kind, void* object) {
        return consume('[') && read_in_brackets([&] { return read_elements(kind, object); });
    }

    bool on(const IndirectShape& kind, void* object) { return read_value(kind.content(), kind.value(object)); }

    /// Reads the fields up to the closing bracket. Each field may occur once, and each required field must occur.
    bool read_fields(const StructureShape& kind, void* object, bool is_first) {
        constexpr std::size_t fields_max = 63; // one bit per field, and one for a missing field
        const std::span<const Field> all = kind.fields;
        if (all.size() > fields_max) return false;
        std::uint64_t seen = 0;
        std::size_t index = 0; // of the field that is probably next, because writers keep the order
        for (; !consume('}'); is_first = false) {
            if (!is_first && !consume(',')) return false;
            if (!consume('"')) return false;
            index = find_next_field(all, index);
            const std::uint64_t mark = std::uint64_t{1} << index;
            if (index == all.size() || (seen & mark) != 0 || !consume(':')) return false;
            seen |= mark;
            if (!read_value(all[index].shape(), all[index].at(object))) return false;
            ++index;
        }
        for (std::size_t other = 0; other < all.size(); ++other) {
            if ((seen >> other & 1U) == 0 && !std::holds_alternative<OptionalShape>(all[other].shape().kind))
                return false;
        }
        return true;
    }

    /// Reads the name of a field and returns its index. Tries `likely` first. Returns `all.size()` for another name.
    std::size_t find_next_field(std::span<const Field> all, std::size_t likely) {
        for (std::size_t index = likely; index < all.size(); ++index) {
            if (consume_name(all[index].name)) return index;
        }
        for (std::size_t index = 0; index < likely; ++index) {
            if (consume_name(all[index].name)) return index;
        }
        return all.size();
    }

    /// Consumes the rest of an opened string if it is `name`. Names need no escapes.
    bool consume_name(std::string_view name) {
        if (static_cast<std::size_t>(end_ - at_) <= name.size() || at_[name.size()] != '"') return false;
        if (std::memcmp(at_, name.data(), name.size()) != 0) return false;
        at_ += name.size() + 1;
        return true;
    }

    /// Reads the alternative up to the closing bracket. Its `type` must come first, because `encode` writes it first.
    bool read_alternative(const VariantShape& kind, void* object) {
        std::string_view name;
        if (!consume('"') || !consume_name("type") || !consume(':') || !read_plain_string(name)) return false;
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            void* held = kind.emplace(object, index);
            if (const auto* structure = fields_beside_type(shape)) return read_fields(*structure, held, false);
            return consume(',') && consume('"') && consume_name("value") && consume(':') && read_value(shape, held) &&
                   consume('}');
        }
        return false;
    }

    bool read_elements(const SequenceShape& kind, void* object) {
        if (consume(']')) return true;
        const Shape& element = kind.element();
        const std::function<bool(void*)> fill = [&](void* made) { return read_value(element, made); };
        do {
            if (!kind.add(object, fill)) return false;
        } while (consume(','));
        return consume(']');
    }

    template <class Step>
    bool read_in_brackets(Step step) {
        if (++depth_ > nesting_max) return false;
        const bool done = step();
        --depth_;
        return done;
    }

    /// Reads the rest of an opened string. Returns false for an escape of a character beyond ASCII.
    bool read_string(const TextShape& kind, void* object) {
        std::uint64_t bits = 0; // bitwise or of all its bytes
        std::string_view text = read_plain_run(bits);
        if (at_ != end_ && *at_ == '\\') {
            unescaped_ = text;
            if (!read_escapes(bits)) return false;
            text = unescaped_;
        }
        if (at_ == end_ || *at_ != '"') return false;
        ++at_;
        if ((bits & high_bits) != 0 && !utf8::is_valid(text)) return false;
        kind.write(object, text);
        return true;
    }

    bool read_escapes(std::uint64_t& bits) {
        while (at_ != end_ && *at_ == '\\') {
            ++at_;
            if (!read_escape(unescaped_)) return false;
            unescaped_ += read_plain_run(bits);
        }
        return true;
    }

    /// Consumes and returns the characters up to the next quote, backslash or control character.
    std::string_view read_plain_run(std::uint64_t& bits) {
        const std::string_view run = rest().substr(0, plain_bytes(rest(), bits));
        at_ += run.size();
        return run;
    }

    [[nodiscard]] std::string_view rest() const { return {at_, end_}; }

    bool read_escape(std::string& text) {
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
        case 'u': return read_ascii_escape(text);
        default: return false;
        }
    }

    bool read_ascii_escape(std::string& text) {
        constexpr std::size_t digits = 4;
        if (static_cast<std::size_t>(end_ - at_) < digits) return false;
        std::uint16_t code = 0;
        const auto end = std::from_chars(at_, at_ + digits, code, 16).ptr;
        if (end != at_ + digits || code >= 0x80) return false;
        at_ = end;
        text += static_cast<char>(code);
        return true;
    }

    /// Reads a string up to the next quote. Neither unescapes nor validates it.
    bool read_plain_string(std::string_view& text) {
        if (!consume('"')) return false;
        const auto* end = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
        if (!end) return false;
        text = {at_, end};
        at_ = end + 1;
        return true;
    }

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

    /// Skips a number with a fraction or an exponent. Returns false for an integer, because its rounding differs.
    bool skip_real() {
        if (at_ != end_ && *at_ == '-') ++at_;
        const bool is_zero = at_ != end_ && *at_ == '0';
        const std::size_t integer_digits = skip_digits();
        if (integer_digits == 0 || (is_zero && integer_digits > 1)) return false;
        const bool is_fraction = at_ != end_ && *at_ == '.';
        if (is_fraction && (++at_, skip_digits() == 0)) return false;
        const bool is_power = at_ != end_ && (*at_ == 'e' || *at_ == 'E');
        if (!is_power) return is_fraction;
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        return skip_digits() != 0;
    }

    std::size_t skip_digits() {
        const char* const first = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return static_cast<std::size_t>(at_ - first);
    }

    /// Consumes `literal` if it comes next.
    bool consume_literal(std::string_view literal) {
        if (static_cast<std::size_t>(end_ - at_) < literal.size()) return false;
        if (std::memcmp(at_, literal.data(), literal.size()) != 0) return false;
        at_ += literal.size();
        return true;
    }

    /// Consumes optional spaces and then `wanted`, if it comes next.
    bool consume(char wanted) {
        if (at_ != end_ && *at_ <= ' ') skip_space();
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    const char* at_;
    const char* end_;
    std::size_t depth_ = 0;
    std::string unescaped_; // the last text that contained escapes
};

} // namespace

bool try_decode_fast(const Shape& shape, void* object, std::string_view json) {
    return FastDecoder(json).decode(shape, object);
}

} // namespace evenfold::codec
