/// A struct with a field of every kind, for the tests of the codec and of the digest.
/// It is small enough to write its JSON by hand. Each file that includes this header instantiates its shape.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/containers/indirect.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/slot.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold::sample {

enum class Colour : std::uint8_t { red, default_, dark_blue };

using ItemId = Id<struct ItemTag>;

struct Item {
    BOOST_HANA_DEFINE_STRUCT(Item, (ItemId, id), (std::string, name));
    friend bool operator==(const Item&, const Item&) = default;
};

struct Circle {
    BOOST_HANA_DEFINE_STRUCT(Circle, (std::uint8_t, radius));
    friend bool operator==(const Circle&, const Circle&) = default;
};

/// Its field `type` conflicts with the key that names the alternative.
struct Typed {
    BOOST_HANA_DEFINE_STRUCT(Typed, (std::string, type));
    friend bool operator==(const Typed&, const Typed&) = default;
};

using Figure = std::variant<Circle, Typed, Slot<std::uint16_t>, bool>;

struct Numbers {
    BOOST_HANA_DEFINE_STRUCT(Numbers,
        (bool, flag), (std::int8_t, i8), (std::int64_t, i64), (std::uint8_t, u8), (std::uint32_t, u32),
        (std::uint64_t, u64), (double, real));
    friend bool operator==(const Numbers&, const Numbers&) = default;
};

struct Everything {
    BOOST_HANA_DEFINE_STRUCT(Everything,
        (Numbers, numbers), (std::string, text), (Uuid, uuid), (ItemId, item), (Instant, at), (Colour, colour),
        (std::optional<std::string>, note), (Figure, figure), (std::vector<Figure>, figures), (Table<Item>, items),
        (Set<ItemId>, ids), (OrderedSet<std::string>, order), (Indirect<Item>, boxed));
    friend bool operator==(const Everything&, const Everything&) = default;
};

/// Returns the id whose last byte is `last`.
[[nodiscard]] inline ItemId item_id(std::uint8_t last) {
    ItemId id;
    id.uuid.bytes.back() = last;
    return id;
}

} // namespace evenfold::sample
