/// `Id<Entity>`: an id that cannot be taken for that of another entity, because each entity has its own type of id.
/// A Uuid with a tag: 16 bytes, and in JSON the bare text of the Uuid. The tag need not be a complete type.
///
///     using ShowId = Id<struct ShowTag>;
///     using SeatId = Id<struct SeatTag>;
///     static_assert(!std::is_convertible_v<ShowId, SeatId>);
///     const ShowId show{uuid};
///     const SeatId seat = derive<SeatTag>(show, "seat", "12"); // the same id in every run
#pragma once

#include "evenfold/core/values/uuid.hpp"

namespace evenfold {

/// The id of an `Entity`. No conversion from Uuid is implicit, so that a turn's id is never used as a thread's.
template <class Entity>
struct Id {
    Uuid uuid;

    friend bool operator==(const Id&, const Id&) = default;
    friend auto operator<=>(const Id&, const Id&) = default;
    friend std::size_t hash_value(const Id& id) { return hash_value(id.uuid); }
    friend std::string to_text(const Id& id) { return to_text(id.uuid); }
};

/// Returns the id that `derive` returns for the Uuid of `parent`.
template <class Child, class Entity>
[[nodiscard]] Id<Child> derive(const Id<Entity>& parent, std::string_view role, std::string_view name = {}) {
    return Id<Child>{derive(parent.uuid, role, name)};
}

/// Identifies one command of a caller. Submitting the same id again is a retry, not a new command.
using CommandId = Id<struct CommandTag>;

} // namespace evenfold

template <class Entity>
struct std::hash<evenfold::Id<Entity>> {
    std::size_t operator()(const evenfold::Id<Entity>& id) const noexcept { return evenfold::hash_value(id.uuid); }
};
