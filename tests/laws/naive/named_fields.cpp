#include "evenfold/tests/laws/naive/named_fields.hpp"

#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

/// Copies the value at `from` to `to`, both of `Kind`. Does nothing for kinds that hold several values.
template <class Kind>
void copy_leaf(const Kind& to_kind, void* to, const Kind& from_kind, const void* from) {
    if constexpr (std::is_same_v<Kind, BooleanShape>)
        *static_cast<bool*>(to) = *static_cast<const bool*>(from);
    else if constexpr (std::is_same_v<Kind, UuidShape>)
        *static_cast<Uuid*>(to) = *static_cast<const Uuid*>(from);
    else if constexpr (std::is_same_v<Kind, InstantShape>)
        *static_cast<Instant*>(to) = *static_cast<const Instant*>(from);
    else if constexpr (requires { to_kind.write(to, from_kind.read(from)); })
        to_kind.write(to, from_kind.read(from));
}

void copy(const Shape& to_shape, void* to, const Shape& from_shape, const void* from) {
    if (const auto* optional = std::get_if<OptionalShape>(&from_shape.kind)) {
        if (const void* held = optional->value(to_read(from))) copy(to_shape, to, optional->element(), held);
        return;
    }
    if (const auto* optional = std::get_if<OptionalShape>(&to_shape.kind))
        return copy(optional->element(), optional->emplace(to), from_shape, from);
    std::visit(
        [&]<class Kind>(const Kind& to_kind) {
            if (const auto* from_kind = std::get_if<Kind>(&from_shape.kind)) copy_leaf(to_kind, to, *from_kind, from);
        },
        to_shape.kind);
}

} // namespace

void take_named_fields(const Shape& entity_shape, void* entity, const Shape& event_shape, const void* event) {
    for (const Field& to : std::get<StructureShape>(entity_shape.kind).fields) {
        for (const Field& from : std::get<StructureShape>(event_shape.kind).fields) {
            if (to.name == from.name) copy(to.shape(), to.at(entity), from.shape(), from.at(to_read(event)));
        }
    }
}

} // namespace evenfold::orchestration::tests::naive
