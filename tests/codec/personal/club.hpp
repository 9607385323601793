/// Events with personal fields, for tests of the codec.
/// Shape: Joined is about one person; Introduced is about two, one of them in a list; Moved is at version 2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/personal.hpp"

namespace evenfold::club {

using Text = Personal<std::string>;

struct Address {
    EVENFOLD_STRUCT(Address, (std::string, street), (std::uint32_t, number));
    friend bool operator==(const Address&, const Address&) = default;
};
struct Joined {
    EVENFOLD_STRUCT(Joined,
        (std::string, member), (Text, name), (std::optional<Text>, mail), (std::optional<Personal<Address>>, address));
    EVENFOLD_PERSONAL(name, member);
    EVENFOLD_PERSONAL(mail, member);
    EVENFOLD_PERSONAL(address, member);
    friend bool operator==(const Joined&, const Joined&) = default;
};
struct Guest {
    EVENFOLD_STRUCT(Guest, (std::int64_t, id), (Text, name));
    EVENFOLD_PERSONAL(name, id);
    friend bool operator==(const Guest&, const Guest&) = default;
};
struct Introduced {
    EVENFOLD_STRUCT(Introduced, (std::uint64_t, host), (Text, greeting), (std::vector<Guest>, guests));
    EVENFOLD_PERSONAL(greeting, host);
    friend bool operator==(const Introduced&, const Introduced&) = default;
};
/// Version 1 had the field `whole`, with both names.
struct Moved {
    static constexpr std::uint32_t stored_version = 2;
    EVENFOLD_STRUCT(Moved, (std::string, member), (Text, first), (Text, last));
    EVENFOLD_PERSONAL(first, member);
    EVENFOLD_PERSONAL(last, member);
    friend bool operator==(const Moved&, const Moved&) = default;
};
/// Moved as an earlier build knew it.
struct MovedBefore {
    static constexpr std::string_view stored_name = "Moved";
    EVENFOLD_STRUCT(MovedBefore, (std::string, member), (Text, whole));
    EVENFOLD_PERSONAL(whole, member);
    friend bool operator==(const MovedBefore&, const MovedBefore&) = default;
};

using Event = std::variant<Joined, Introduced, Moved, Unknown>;
using EarlierEvent = std::variant<Joined, MovedBefore>;

inline const Joined ada{.member = "m1", .name = "Ada", .mail = "ada@example.org", .address = Address{"Row", 12}};

} // namespace evenfold::club
