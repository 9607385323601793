/// The default effect of an event on an entity: the entity takes the fields that the event names.
/// Shape: a traversal of two shapes; a field is taken where both have the same name and the same kind of value.
/// An absent optional of the event leaves the field as it was.
#pragma once

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::orchestration::tests::naive {

/// Sets each field of `entity` that `event` has, too. Both shapes are those of structs.
void take_named_fields(const Shape& entity_shape, void* entity, const Shape& event_shape, const void* event);

template <class Entity, class Happened>
void take_named_fields(Entity& entity, const Happened& event) {
    take_named_fields(shape_of<Entity>(), &entity, shape_of<Happened>(), &event);
}

} // namespace evenfold::orchestration::tests::naive
