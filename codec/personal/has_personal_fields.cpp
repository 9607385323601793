#include <set>
#include <type_traits>
#include <variant>

#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::codec {
namespace {

/// Looks at each shape once, because shapes may contain themselves.
bool has_personal(const Shape& shape, std::set<const Shape*>& seen) {
    if (!seen.insert(&shape).second) return false;
    const auto has = [&](ShapeFunction part) { return has_personal(part(), seen); };
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, StructureShape>) {
                for (const Field& field : kind.fields)
                    if (has(field.shape)) return true;
            } else if constexpr (std::is_same_v<Kind, VariantShape>) {
                for (const ShapeFunction alternative : kind.alternatives)
                    if (has(alternative)) return true;
            } else if constexpr (std::is_same_v<Kind, OptionalShape> || std::is_same_v<Kind, SequenceShape>) {
                return has(kind.element);
            } else if constexpr (std::is_same_v<Kind, IndirectShape>) {
                return has(kind.content);
            }
            return std::is_same_v<Kind, PersonalShape>;
        },
        shape.kind);
}

} // namespace

bool has_personal_fields(const Shape& shape) {
    std::set<const Shape*> seen;
    return has_personal(shape, seen);
}

} // namespace evenfold::codec
