#include "evenfold/testing/law/entities.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"

namespace evenfold::testing {
namespace {

/// Returns the field `id` of an entity; null if the struct is no entity.
const Field* id_field(const StructureShape& kind) {
    const auto is_id = [](const Field& field) {
        const auto* uuid = std::get_if<UuidShape>(&field.shape().kind);
        return field.name == "id" && uuid && !uuid->entity.empty();
    };
    const auto found = std::ranges::find_if(kind.fields, is_id);
    return found == kind.fields.end() ? nullptr : &*found;
}

std::string field_name(const Shape& shape, const Field& field) {
    return fmt::format("{}.{}", shape.name, field.name);
}

class EntityWalk {
public:
    explicit EntityWalk(bool with_texts) : with_texts_(with_texts) {}

    void walk(const Shape& shape, const void* object, const EntityKey& owner, const std::string& field) {
        std::visit([&](const auto& kind) { on(shape, kind, object, owner, field); }, shape.kind);
    }

    EntityMap map;

private:
    template <class Leaf>
    void on(const Shape&, const Leaf&, const void*, const EntityKey&, const std::string&) {}

    void on(const Shape&, const UuidShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        const Uuid& id = *static_cast<const Uuid*>(object);
        if (!id.is_nil()) map.references.push_back({.owner = owner, .field = field, .target = {kind.entity, id}});
    }
    void
    on(const Shape& shape, const StructureShape& kind, const void* object, const EntityKey& outer, const std::string&) {
        const Field* id = id_field(kind);
        EntityKey owner = outer;
        if (id) {
            const Uuid& own = *static_cast<const Uuid*>(id->at(to_read(object)));
            owner = {std::get<UuidShape>(id->shape().kind).entity, own};
            map.texts[owner] = with_texts_ ? codec::encode(shape, object) : std::string();
            if (outer != EntityKey()) // a part of another entity refers to the whole
                map.references.push_back({.owner = owner, .field = field_name(shape, *id), .target = outer});
        }
        for (const Field& field : kind.fields) {
            if (&field != id) walk(field.shape(), field.at(to_read(object)), owner, field_name(shape, field));
        }
    }
    void
    on(const Shape&, const VariantShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        walk(kind.alternatives[kind.index(object)](), kind.value(to_read(object)), owner, field);
    }
    void
    on(const Shape&, const OptionalShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        if (const void* held = kind.value(to_read(object))) walk(kind.element(), held, owner, field);
    }
    void
    on(const Shape&, const SequenceShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        kind.each(object, [&](const void* element) { walk(kind.element(), element, owner, field); });
    }
    void
    on(const Shape&, const IndirectShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        walk(kind.content(), kind.value(to_read(object)), owner, field);
    }
    void
    on(const Shape&, const PersonalShape& kind, const void* object, const EntityKey& owner, const std::string& field) {
        if (const void* held = kind.value(to_read(object))) walk(kind.content(), held, owner, field);
    }

    bool with_texts_;
};

void add_shapes(const Shape& shape, EntityShapes& all, std::set<const Shape*>& seen) {
    if (!seen.insert(&shape).second) return;
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, StructureShape>) {
                if (const Field* id = id_field(kind)) all.kinds.insert(std::get<UuidShape>(id->shape().kind).entity);
                for (const Field& field : kind.fields) {
                    all.fields.insert(field_name(shape, field));
                    add_shapes(field.shape(), all, seen);
                }
            } else if constexpr (std::is_same_v<Kind, VariantShape>) {
                for (const ShapeFunction one : kind.alternatives) add_shapes(one(), all, seen);
            } else if constexpr (std::is_same_v<Kind, OptionalShape> || std::is_same_v<Kind, SequenceShape>) {
                add_shapes(kind.element(), all, seen);
            } else if constexpr (std::is_same_v<Kind, IndirectShape> || std::is_same_v<Kind, PersonalShape>) {
                add_shapes(kind.content(), all, seen);
            }
        },
        shape.kind);
}

} // namespace

EntityMap entities_of(const Shape& shape, const void* object, bool with_texts) {
    EntityWalk walk(with_texts);
    walk.walk(shape, object, {}, {});
    return std::move(walk.map);
}

EntityShapes entity_shapes(const Shape& shape) {
    EntityShapes all;
    std::set<const Shape*> seen;
    add_shapes(shape, all, seen);
    return all;
}

} // namespace evenfold::testing
