/// The entities of a model, found by shape: each struct with a field `id` of type Id is one, wherever it is.
/// Every other id in it is a reference. Entities whose key is a text or a number are not found.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::testing {

/// An entity: the name of its type of id, and the id. A bare Uuid has an empty name.
using EntityKey = std::pair<std::string_view, Uuid>;

/// An id in an object that is not the id of the object itself.
struct EntityReference {
    EntityKey owner;   // the innermost entity that contains it; nil if it is in no entity
    std::string field; // such as "Lot.shelf"
    EntityKey target;
};

/// The entities in an object, and the references between them. Nil ids are left out.
struct EntityMap {
    std::map<EntityKey, std::string> texts; // each entity as JSON; empty unless wanted
    std::vector<EntityReference> references;
};

[[nodiscard]] EntityMap entities_of(const Shape& shape, const void* object, bool with_texts);

/// The kinds of entities and the fields that values of a shape may contain.
struct EntityShapes {
    std::set<std::string_view> kinds; // the names of the ids of entities
    std::set<std::string> fields;     // all fields, such as "Lot.shelf"
};

[[nodiscard]] EntityShapes entity_shapes(const Shape& shape);

} // namespace evenfold::testing
