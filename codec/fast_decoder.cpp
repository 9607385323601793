#include "evenfold/codec/fast_decoder.hpp"

#include <limits>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

/// Reads values from a JSON text and fills objects. Each function returns false for input that the plain decoder must
/// handle.
class FastDecoder {
public:
    explicit FastDecoder(JsonCursor& cursor) : cursor_(cursor) {}

    bool read(const Shape& shape, void* object) {
        cursor_.skip_space();
        return std::visit([&](const auto& kind) { return on(kind, object); }, shape.kind);
    }

private:
    bool on(const BooleanShape&, void* object) {
        auto& boolean = *static_cast<bool*>(object);
        boolean = cursor_.consume_literal("true");
        return boolean || cursor_.consume_literal("false");
    }

    bool on(const IntegerShape& kind, void* object) {
        std::int64_t number = 0;
        return cursor_.read_integer(number) && kind.write(object, number);
    }

    bool on(const NaturalShape& kind, void* object) {
        std::uint64_t number = 0;
        return cursor_.read_integer(number) && kind.write(object, number);
    }

    bool on(const RealShape&, void* object) {
        auto& real = *static_cast<double*>(object);
        if (!cursor_.is_next('"')) return cursor_.read_real(real);
        std::string_view name;
        if (!cursor_.read_plain_string(name)) return false;
        if (name == "NaN")
            real = std::numeric_limits<double>::quiet_NaN();
        else if (name == "Infinity")
            real = std::numeric_limits<double>::infinity();
        else if (name == "-Infinity")
            real = -std::numeric_limits<double>::infinity();
        else
            return false;
        return true;
    }

    bool on(const TextShape& kind, void* object) {
        std::string_view text;
        if (cursor_.consume('"')) {
            if (!cursor_.read_string(text)) return false;
            kind.write(object, text);
            return true;
        }
        if (!cursor_.consume_literal("{\"$hex\":") || !cursor_.read_plain_string(text) || !cursor_.consume('}'))
            return false;
        const auto bytes = hex::decode(text);
        if (bytes) kind.write(object, *bytes);
        return bytes.has_value();
    }

    bool on(const UuidShape&, void* object) {
        std::string_view text;
        if (!cursor_.read_plain_string(text)) return false;
        const auto id = parse_uuid(text);
        if (id) *static_cast<Uuid*>(object) = *id;
        return id.has_value();
    }

    bool on(const InstantShape&, void* object) {
        std::string_view text;
        if (!cursor_.read_plain_string(text)) return false;
        const auto instant = parse_instant(text);
        if (instant) *static_cast<Instant*>(object) = *instant;
        return instant.has_value();
    }

    bool on(const EnumerationShape& kind, void* object) {
        std::string_view name;
        if (!cursor_.read_plain_string(name)) return false;
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return false;
    }

    bool on(const StructureShape& kind, void* object) {
        return cursor_.consume('{') && cursor_.read_in_brackets([&] { return read_fields(kind, object, true); });
    }

    bool on(const VariantShape& kind, void* object) {
        return cursor_.consume('{') && cursor_.read_in_brackets([&] { return read_alternative(kind, object); });
    }

    bool on(const OptionalShape& kind, void* object) {
        return cursor_.consume_literal("null") || read(kind.element(), kind.emplace(object));
    }

    bool on(const SequenceShape& kind, void* object) {
        return cursor_.consume('[') && cursor_.read_in_brackets([&] { return read_elements(kind, object); });
    }

    bool on(const IndirectShape& kind, void* object) { return read(kind.content(), kind.value(object)); }

    // Only the plain decoder reads personal values, because it knows their paths, with which they are sealed.
    static bool on(const PersonalShape&, void*) { return false; }

    /// Reads the fields up to the closing bracket. Each field may occur once, and each required field must occur.
    bool read_fields(const StructureShape& kind, void* object, bool is_first) {
        constexpr std::size_t fields_max = 63; // one bit per field, and one for a missing field
        const std::span<const Field> all = kind.fields;
        if (all.size() > fields_max) return false;
        std::uint64_t seen = 0;
        std::size_t index = 0; // of the field that is probably next, because writers keep the order
        for (; !cursor_.consume('}'); is_first = false) {
            if (!is_first && !cursor_.consume(',')) return false;
            if (!cursor_.consume('"')) return false;
            index = find_next_field(all, index);
            const std::uint64_t mark = std::uint64_t{1} << index;
            if (index == all.size() || (seen & mark) != 0 || !cursor_.consume(':')) return false;
            seen |= mark;
            if (!read(all[index].shape(), all[index].at(object))) return false;
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
            if (cursor_.consume_name(all[index].name)) return index;
        }
        for (std::size_t index = 0; index < likely; ++index) {
            if (cursor_.consume_name(all[index].name)) return index;
        }
        return all.size();
    }

    /// Reads the alternative up to the closing bracket. Its `type` must come first, because `encode` writes it first.
    bool read_alternative(const VariantShape& kind, void* object) {
        std::string_view name;
        if (!consume_name_and_colon("type") || !cursor_.read_plain_string(name)) return false;
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            void* held = kind.emplace(object, index);
            if (const auto* structure = fields_beside_type(shape)) return read_fields(*structure, held, false);
            return cursor_.consume(',') && consume_name_and_colon("value") && read(shape, held) && cursor_.consume('}');
        }
        return false;
    }

    bool consume_name_and_colon(std::string_view name) {
        return cursor_.consume('"') && cursor_.consume_name(name) && cursor_.consume(':');
    }

    bool read_elements(const SequenceShape& kind, void* object) {
        if (cursor_.consume(']')) return true;
        const Shape& element = kind.element();
        const std::function<bool(void*)> fill = [&](void* made) { return read(element, made); };
        do {
            if (!kind.add(object, fill)) return false;
        } while (cursor_.consume(','));
        return cursor_.consume(']');
    }

    JsonCursor& cursor_;
};

} // namespace

bool read_value(JsonCursor& cursor, const Shape& shape, void* object) {
    return FastDecoder(cursor).read(shape, object);
}

bool try_decode_fast(const Shape& shape, void* object, std::string_view json) {
    JsonCursor cursor(json);
    if (!read_value(cursor, shape, object)) return false;
    cursor.skip_space();
    return cursor.rest().empty();
}

} // namespace evenfold::codec
