#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Shape& shape, const void* object);

Json on(const BooleanShape&, const void* object) {
    return *static_cast<const bool*>(object);
}
Json on(const IntegerShape& kind, const void* object) {
    return kind.read(object);
}
Json on(const NaturalShape& kind, const void* object) {
    return kind.read(object);
}
Json on(const RealShape&, const void* object) {
    const double real = *static_cast<const double*>(object);
    if (std::isfinite(real)) return real;
    if (std::isnan(real)) return "NaN"; // JSON has no number for these
    return real > 0 ? "Infinity" : "-Infinity";
}
Json on(const TextShape&, const void* object) {
    const auto& text = *static_cast<const std::string*>(object);
    if (is_utf8(text)) return text;
    return Json{{"$hex", to_hex(text)}};
}
Json on(const UuidShape&, const void* object) {
    return to_text(*static_cast<const Uuid*>(object));
}
Json on(const InstantShape&, const void* object) {
    return to_text(*static_cast<const Instant*>(object));
}
Json on(const EnumerationShape& kind, const void* object) {
    return std::string(kind.names[kind.read(object)]);
}

void add_fields(Json& json, const StructureShape& kind, const void* object) {
    for (const Field& field : kind.fields) {
        const Shape& shape = field.shape();
        void* value = field.at(to_read(object));
        const auto* optional = std::get_if<OptionalShape>(&shape.kind);
        if (optional && !optional->value(value)) continue;
        json.push_back({std::string(field.name), json_of(shape, value)});
    }
}

Json on(const StructureShape& kind, const void* object) {
    Json json = Json::object();
    add_fields(json, kind, object);
    return json;
}

Json on(const VariantShape& kind, const void* object) {
    const Shape& held = kind.alternatives[kind.index(object)]();
    const void* value = kind.value(to_read(object));
    Json json = Json::object();
    json.push_back({"type", std::string(held.name)});
    if (const StructureShape* structure = fields_beside_type(held))
        add_fields(json, *structure, value);
    else
        json.push_back({"value", json_of(held, value)});
    return json;
}

Json on(const OptionalShape& kind, const void* object) {
    const void* held = kind.value(to_read(object));
    return held ? json_of(kind.element(), held) : Json(nullptr);
}

Json on(const SequenceShape& kind, const void* object) {
    Json json = Json::array();
    const Shape& element = kind.element();
    kind.each(object, [&](const void* one) { json.push_back(json_of(element, one)); });
    return json;
}

Json on(const BoxShape& kind, const void* object) {
    return json_of(kind.content(), kind.value(to_read(object)));
}

Json json_of(const Shape& shape, const void* object) {
    return std::visit([&](const auto& kind) { return on(kind, object); }, shape.kind);
}

/// Whether `text` is an RFC 6901 pointer to something below the root.
bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] != '~') continue;
        if (place + 1 == text.size() || (text[place + 1] != '0' && text[place + 1] != '1')) return false;
    }
    return true;
}

/// Each unknown field goes back to its path; one whose parent is gone is dropped with it.
void restore(Json& json, std::string_view unknown_fields) {
    const Json fields = Json::parse(unknown_fields, nullptr, false);
    if (!fields.is_array()) return;
    for (const Json& field : fields) {
        if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
        const auto& text = field[0].get_ref<const std::string&>();
        if (!is_pointer(text)) continue;
        const Json::json_pointer path(text);
        const auto parent = path.parent_pointer();
        if (json.contains(parent) && json[parent].is_object()) json[parent][path.back()] = field[1];
    }
}

} // namespace

const StructureShape* fields_beside_type(const Shape& alternative) {
    const auto* structure = std::get_if<StructureShape>(&alternative.kind);
    if (!structure) return nullptr;
    const bool clash = std::ranges::find(structure->fields, "type", &Field::name) != structure->fields.end();
    return clash ? nullptr : structure;
}

std::string encode(const Shape& shape, const void* object, std::string_view unknown_fields) {
    Json json = json_of(shape, object);
    if (!unknown_fields.empty()) restore(json, unknown_fields);
    return json.dump();
}

} // namespace evenfold::codec
