#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <variant>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"
#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {
namespace shop {

struct Opened {
    EVENFOLD_STRUCT(Opened, (std::string, owner));
    friend bool operator==(const Opened&, const Opened&) = default;
};
struct Closed {
    EVENFOLD_STRUCT(Closed);
    friend bool operator==(const Closed&, const Closed&) = default;
};
struct Open {
    EVENFOLD_STRUCT(Open, (std::string, owner));
};
struct Count {
    EVENFOLD_STRUCT(Count, (std::uint64_t, events));
    friend bool operator==(const Count&, const Count&) = default;
};
struct No {
    EVENFOLD_STRUCT(No);
    friend bool operator==(const No&, const No&) = default;
};

struct EventList {
    using type = std::variant<Opened, Closed>;
};
struct CommandList {
    using type = std::variant<Open>;
};
struct ErrorList {
    using type = std::variant<No>;
};
using Event = CompiledVariant<EventList>;

/// A shop whose commands, events and errors are compiled variants.
struct Shop {
    using Command = CompiledVariant<CommandList>;
    using Event = shop::Event;
    using Error = CompiledVariant<ErrorList>;
    using Model = Count;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Model& model) {
        if (model.events > 1) return std::unexpected(No{});
        return std::vector<Event>{Opened{std::get<Open>(command).owner}, Closed{}};
    }
    static Model project(Model model, const Event&) { return {model.events + 1}; }
};

} // namespace shop

template class CompiledVariant<shop::EventList>;
template class CompiledVariant<shop::CommandList>;
template class CompiledVariant<shop::ErrorList>;

namespace shop {

TEST_CASE("CompiledVariant: it holds, copies, moves and compares alternatives like a std::variant.") {
    const Event opened = Opened{"Ada"};
    CHECK(std::holds_alternative<Opened>(opened));
    CHECK(std::get<Opened>(opened).owner == "Ada");
    CHECK(std::get_if<Closed>(&opened) == nullptr);
    CHECK(opened.index() == 0);

    Event copy = opened;
    CHECK(copy == opened);
    Event moved = std::move(copy);
    CHECK(moved == opened);
    moved = Closed{};
    CHECK(moved != opened);
    CHECK(moved == Event(Closed{}));
    copy = moved;
    CHECK(copy == Event(std::in_place_type<Closed>));
    const Opened bob{"Bob"};
    copy = bob;
    CHECK(std::visit([](const auto& one) { return sizeof one; }, copy) == sizeof(Opened));
    CHECK(copy == Event(std::in_place_type<Opened>, "Bob"));
    CHECK(Event() == Event(Opened{}));
}

TEST_CASE("CompiledVariant: it converts only from its alternatives, and has the size and shape of its std::variant.") {
    CHECK(std::is_convertible_v<Opened, Event>);
    CHECK(!std::is_constructible_v<Event, No>);
    CHECK(!std::is_constructible_v<Event, std::string>);
    CHECK(std::variant_size_v<Event> == 2);
    CHECK(std::is_same_v<std::variant_alternative_t<1, Event>, Closed>);
    CHECK(std::is_same_v<StandardVariant<Event>, EventList::type>);
    CHECK(std::is_same_v<StandardVariant<int>, int>);
    CHECK(variants::holds<Closed, Event>);
    CHECK(!variants::holds<No, Event>);

    const Event opened = Opened{"Ada"};
    const std::string json = codec::encode(opened);
    CHECK(json == codec::encode(EventList::type(Opened{"Ada"})));
    const auto decoded = codec::decode<Event>(json);
    REQUIRE(decoded);
    CHECK(decoded->value == opened);
}

TEST_CASE("CompiledVariant: a domain that uses it can be composed and keyed.") {
    using Twice = Compose<Shop>;
    const auto events = Twice::decide(Twice::Command(Open{"Ada"}), {});
    REQUIRE(events);
    CHECK(std::get<Opened>(events->front()).owner == "Ada");
    CHECK(std::get<0>(Twice::project(Twice::project({}, (*events)[0]), (*events)[1])).events == 2);
    const auto refused = Twice::decide(Twice::Command(Open{"Ada"}), {Count{2}});
    REQUIRE(!refused);
    CHECK(refused.error() == Twice::Error(No{}));

    using Shops = Many<std::string, Shop>;
    const auto keyed = Shops::decide(Shops::Command(Keyed<std::string, Open>{"north", {"Ada"}}), {});
    REQUIRE(keyed);
    CHECK(std::get<Keyed<std::string, Opened>>(keyed->front()).key == "north");
}

} // namespace shop
} // namespace evenfold
