#include "evenfold/bench/suite/hand_written/simdjson_reader.hpp"

#include <cstring>
#include <simdjson.h>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::bench {
namespace {

namespace ondemand = simdjson::ondemand;

class ValueReader {
public:
    static bool value(const Shape& shape, void* object, ondemand::value json) {
        return std::visit([&](const auto& kind) { return on(kind, object, json); }, shape.kind);
    }

    /// Reads a document. Separate from reading a value, because simdjson's types differ; the fields of an event are
    /// always an object.
    static bool document(const Shape& shape, void* object, ondemand::document& json) {
        const auto* structure = std::get_if<StructureShape>(&shape.kind);
        ondemand::object fields;
        if (!structure || json.get(fields) != simdjson::SUCCESS) return false;
        return all_fields(*structure, object, fields, false);
    }

private:
    template <class T>
    static bool taken(ondemand::value json, T& value) {
        return json.get(value) == simdjson::SUCCESS;
    }

    static bool on(const BooleanShape&, void* object, ondemand::value json) {
        return taken(json, *static_cast<bool*>(object));
    }
    static bool on(const IntegerShape& kind, void* object, ondemand::value json) {
        std::int64_t number = 0;
        return taken(json, number) && kind.write(object, number);
    }
    static bool on(const NaturalShape& kind, void* object, ondemand::value json) {
        std::uint64_t number = 0;
        return taken(json, number) && kind.write(object, number);
    }
    static bool on(const RealShape&, void* object, ondemand::value json) {
        return taken(json, *static_cast<double*>(object));
    }
    static bool on(const TextShape& kind, void* object, ondemand::value json) {
        std::string_view text;
        if (!taken(json, text)) return false;
        kind.write(object, text);
        return true;
    }
    static bool on(const UuidShape&, void* object, ondemand::value json) {
        std::string_view text;
        const auto id = taken(json, text) ? parse_uuid(text) : std::nullopt;
        if (id) *static_cast<Uuid*>(object) = *id;
        return id.has_value();
    }
    static bool on(const InstantShape&, void* object, ondemand::value json) {
        std::string_view text;
        const auto instant = taken(json, text) ? parse_instant(text) : std::nullopt;
        if (instant) *static_cast<Instant*>(object) = *instant;
        return instant.has_value();
    }
    static bool on(const EnumerationShape& kind, void* object, ondemand::value json) {
        std::string_view name;
        if (!taken(json, name)) return false;
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return false;
    }
    static bool on(const StructureShape& kind, void* object, ondemand::value json) {
        ondemand::object fields;
        return json.get(fields) == simdjson::SUCCESS && all_fields(kind, object, fields, false);
    }
    static bool on(const VariantShape& kind, void* object, ondemand::value json) {
        ondemand::object fields;
        std::string_view name;
        if (json.get(fields) != simdjson::SUCCESS) return false;
        if (fields.find_field("type").get(name) != simdjson::SUCCESS) return false;
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            void* held = kind.emplace(object, index);
            if (const auto* structure = codec::fields_beside_type(shape)) {
                if (fields.reset().error() != simdjson::SUCCESS) return false;
                return all_fields(*structure, held, fields, true);
            }
            ondemand::value inner;
            return fields.find_field("value").get(inner) == simdjson::SUCCESS && value(shape, held, inner);
        }
        return false;
    }
    static bool on(const OptionalShape& kind, void* object, ondemand::value json) {
        bool is_null = false;
        if (json.is_null().get(is_null) == simdjson::SUCCESS && is_null) return true;
        return value(kind.element(), kind.emplace(object), json);
    }
    static bool on(const SequenceShape& kind, void* object, ondemand::value json) {
        ondemand::array elements;
        if (json.get(elements) != simdjson::SUCCESS) return false;
        const Shape& element = kind.element();
        for (auto one : elements) {
            ondemand::value inner;
            if (one.get(inner) != simdjson::SUCCESS) return false;
            if (!kind.add(object, [&](void* made) { return value(element, made, inner); })) return false;
        }
        return true;
    }
    static bool on(const IndirectShape& kind, void* object, ondemand::value json) {
        return value(kind.content(), kind.value(object), json);
    }
    static bool on(const PersonalShape&, void*, ondemand::value) { return false; } // the suite's events have none

    static bool all_fields(const StructureShape& kind, void* object, ondemand::object fields, bool has_type) {
        const std::span<const Field> all = kind.fields;
        std::uint64_t seen = 0;
        std::size_t likely = 0;
        for (auto one : fields) {
            ondemand::field field;
            std::string_view name;
            if (std::move(one).get(field) != simdjson::SUCCESS || field.unescaped_key().get(name) != simdjson::SUCCESS)
                return false;
            if (has_type && name == "type") continue;
            std::size_t index = likely;
            while (index < all.size() && all[index].name != name) ++index;
            if (index == all.size()) {
                index = 0;
                while (index < likely && all[index].name != name) ++index;
                if (index == likely) return false;
            }
            if (!value(all[index].shape(), all[index].at(object), field.value())) return false;
            seen |= std::uint64_t{1} << index;
            likely = index + 1;
        }
        for (std::size_t other = 0; other < all.size(); ++other) {
            if ((seen >> other & 1U) == 0 && !std::holds_alternative<OptionalShape>(all[other].shape().kind))
                return false;
        }
        return true;
    }
};

} // namespace

struct SimdjsonReader::Parser {
    ondemand::parser parser;
    std::vector<char> padded = std::vector<char>(1U << 16U);
};

SimdjsonReader::SimdjsonReader() : parser_(std::make_unique<Parser>()) {}
SimdjsonReader::~SimdjsonReader() = default;

bool SimdjsonReader::read(const Shape& shape, void* object, std::string_view json) {
    std::vector<char>& padded = parser_->padded;
    if (padded.size() < json.size() + simdjson::SIMDJSON_PADDING) padded.resize(2 * json.size() + padded.size());
    std::memcpy(padded.data(), json.data(), json.size());
    ondemand::document document;
    if (parser_->parser.iterate(padded.data(), json.size(), padded.size()).get(document) != simdjson::SUCCESS)
        return false;
    return ValueReader::document(shape, object, document);
}

} // namespace evenfold::bench
