#include <algorithm>
#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"

namespace evenfold::codec {

std::string_view name_of(const Shape& shape, const void* object) {
    const auto* variant = std::get_if<VariantShape>(&shape.kind);
    const bool holds = variant && variant->index(object) < variant->alternatives.size();
    return holds ? variant->alternatives[variant->index(object)]().name : shape.name;
}

const StructureShape* fields_beside_type(const Shape& alternative) {
    const auto* structure = std::get_if<StructureShape>(&alternative.kind);
    if (!structure) return nullptr;
    const bool clash = std::ranges::find(structure->fields, "type", &Field::name) != structure->fields.end();
    return clash ? nullptr : structure;
}

std::string to_text(const EncodeError& error) {
    return fmt::format("{}{}: expected {}; got {}", error.type, error.path, error.expected, error.got);
}

} // namespace evenfold::codec
