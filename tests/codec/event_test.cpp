#include <doctest/doctest.h>

#include <array>
#include <fmt/format.h>
#include <stdexcept>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/tests/codec/sample.hpp"

namespace evenfold::codec {
namespace {

using namespace std::string_literals;
using sample::Colour;

/// Version 3 of the type: version 1 had `name`, version 2 `first` and `last`; this one has a colour as well.
struct Named {
    static constexpr std::uint32_t stored_version = 3;
    BOOST_HANA_DEFINE_STRUCT(Named, (std::string, first), (std::string, last), (Colour, colour));
    friend bool operator==(const Named&, const Named&) = default;
};

/// Stored under its former name. Its field `type` is an ordinary field.
struct Recoloured {
    static constexpr std::string_view stored_name = "Painted";
    BOOST_HANA_DEFINE_STRUCT(Recoloured, (std::optional<Colour>, type), (sample::Item, item));
    friend bool operator==(const Recoloured&, const Recoloured&) = default;
};

using Event = std::variant<Named, Recoloured, Unknown>;
using Closed = std::variant<Named, Recoloured>;

const std::string item = R"("item":{"id":"00000000-0000-0000-0000-000000000001","name":"x"})";

/// Converts a name to a first and a last name.
std::string split(std::string_view data) {
    const std::string name(data.substr(9, data.size() - 11));
    const std::size_t space = name.find(' ');
    return fmt::format(R"({{"first":"{}","last":"{}"}})", name.substr(0, space), name.substr(space + 1));
}

std::string paint(std::string_view data) {
    return std::string(data.substr(0, data.size() - 1)) + R"(,"colour":"red","note":"painted"})";
}

constexpr std::array<Upcaster, 2> upcasters{{{"Named", 2, &paint}, {"Named", 1, &split}}};
constexpr std::array<Upcaster, 3> in_other_order{{{"Painted", 1, &split}, {"Named", 1, &split}, {"Named", 2, &paint}}};

struct ReadEvent {
    Event event;
    std::string unknown_fields;
};

/// Reads with an EventReader and without one, which must agree.
std::expected<ReadEvent, DecodeError> read(const StoredForm& stored, std::span<const Upcaster> lifts = {}) {
    ReadEvent read;
    auto unknown = from_stored(shape_of<Event>(), &read.event, stored, lifts);
    Event again;
    CHECK(EventReader(shape_of<Event>(), lifts).read(&again, stored) == unknown);
    CHECK((!unknown || again == read.event));
    if (!unknown) return std::unexpected(unknown.error());
    read.unknown_fields = *unknown;
    return read;
}

StoredForm written(const ReadEvent& read) {
    return to_stored(shape_of<Event>(), &read.event, read.unknown_fields);
}

bool is_kept(const StoredForm& stored, std::span<const Upcaster> lifts = {}) {
    const auto event = read(stored, lifts);
    return event && event->event == Event(Unknown{stored.type, stored.version, stored.data}) &&
           written(*event) == stored;
}

} // namespace

TEST_CASE("Events: the stored form is the name, the version and the fields.") {
    const Event event = Named{.first = "Ada", .last = "King", .colour = Colour::dark_blue};
    const StoredForm stored = to_stored(shape_of<Event>(), &event);
    CHECK(stored == StoredForm{"Named", 3, R"({"first":"Ada","last":"King","colour":"dark_blue"})"});
    CHECK(read(stored).value().event == event);

    const Event other = Recoloured{.type = Colour::red, .item = {.id = sample::item_id(1), .name = "x"}};
    const StoredForm painted = to_stored(shape_of<Event>(), &other);
    CHECK(painted == StoredForm{"Painted", 1, R"({"type":"red",)" + item + "}"});
    CHECK(read(painted).value().event == other);
}

TEST_CASE("Events: an event of an unknown type is kept byte for byte.") {
    CHECK(is_kept({"Dreamt", 1, R"({ "b" : 1,"a":[ ] })"}));
    CHECK(is_kept({"Dreamt", 7, "\xff no json \0"s}));
    CHECK(is_kept({"Recoloured", 1, "{}"}));
    CHECK(is_kept({"Unknown", 1, R"({"kind":"Named","version":3,"bytes":""})"}));
    CHECK(is_kept({"", 0, ""}));
}

TEST_CASE("Events: an event of a later version is kept byte for byte.") {
    CHECK(is_kept({"Painted", 2, R"({"item":3})"}));
    CHECK(is_kept({"Named", 4, "{}"}, upcasters));
    CHECK(is_kept({"Named", UINT32_MAX, "{}"}, upcasters));
}

TEST_CASE("Events: an unknown enumerator in a known version is an error, also if the domain has Unknown.") {
    const auto named = read({"Named", 3, R"({"first":"Ada", "last":"King", "colour":"violet"})"});
    REQUIRE_FALSE(named);
    CHECK(named.error().kind == DecodeErrorKind::unknown_name);
    CHECK(to_text(named.error()) == "Named/colour: expected one of red, default, dark_blue; got \"violet\"");
    CHECK(read({"Painted", 1, R"({"type":"violet",)" + item + "}"}).error().path == "/type");
}

TEST_CASE("Events: a damaged event of a known type is an error with its name and the path.") {
    const auto damaged = read({"Named", 3, R"({"first":"Ada","last":1,"colour":"red"})"});
    REQUIRE_FALSE(damaged);
    CHECK(to_text(damaged.error()) == "Named/last: expected a string; got 1");
    CHECK(to_text(read({"Painted", 1, R"({"item":{"id":"","name":"x"}})"}).error())
              .starts_with("Painted/item/id: expected an id"));
    CHECK(read({"Named", 3, "{"}).error().kind == DecodeErrorKind::not_json);
    CHECK(read({"Named", 3, "{"}).error().type == "Named");
}

TEST_CASE("Events: unknown fields survive a round trip.") {
    const StoredForm stored{"Painted", 1,
                            R"({"item":{"id":"00000000-0000-0000-0000-000000000001","name":"x","new":[1]},"more":{}})"};
    const auto event = read(stored);
    REQUIRE(event);
    CHECK_FALSE(event->unknown_fields.empty());
    CHECK(written(*event) == stored);
}

TEST_CASE("Events: old versions are upcast one version at a time.") {
    const Event ada = Named{.first = "Ada", .last = "King", .colour = Colour::red};
    const auto first = read({"Named", 1, R"({"name":"Ada King"})"}, upcasters);
    REQUIRE(first);
    CHECK(first->event == ada);
    CHECK(read({"Named", 2, R"({"first":"Ada","last":"King"})"}, upcasters).value().event == ada);
    CHECK(written(*first) ==
          StoredForm{"Named", 3, R"({"first":"Ada","last":"King","colour":"red","note":"painted"})"});
    CHECK(read({"Named", 1, R"({"name":"Ada King"})"}, in_other_order).value().event == ada);
    CHECK(to_text(read({"Named", 2, R"({"first":1,"last":"King"})"}, upcasters).error()) ==
          "Named/first: expected a string; got 1");
}

TEST_CASE("Events: an old version without its upcaster is an error, also if the domain has Unknown.") {
    const auto missing = [](const StoredForm& stored, std::span<const Upcaster> lifts = {}) {
        const auto event = read(stored, lifts);
        if (event) return "Event " + std::to_string(event->event.index());
        CHECK(event.error().kind == DecodeErrorKind::missing_upcaster);
        return to_text(event.error());
    };
    CHECK(missing({"Named", 1, R"({"name":"Ada King"})"}) ==
          "Named: expected version 3, or an upcaster from version 1; got Named version 1");
    CHECK(missing({"Named", 1, R"({"name":"Ada King"})"}, std::span(upcasters).last(1)) ==
          "Named: expected version 3, or an upcaster from version 2; got Named version 1");
    CHECK(missing({"Named", 0, "{}"}, upcasters) ==
          "Named: expected version 3, or an upcaster from version 0; got Named version 0");
}

TEST_CASE("Events: an upcaster that throws or returns another shape is an error that names it.") {
    const std::array<Upcaster, 1> throwing{
        {{"Named", 2, [](std::string_view) -> std::string { throw std::runtime_error("no last name"); }}}};
    const auto thrown = read({"Named", 2, "{}"}, throwing);
    REQUIRE_FALSE(thrown);
    CHECK(thrown.error().kind == DecodeErrorKind::failed_upcaster);
    CHECK(to_text(thrown.error()) ==
          "Named: expected a result of the upcaster from version 2; got an exception: no last name");
    const std::array<Upcaster, 1> unknown{{{"Named", 2, [](std::string_view) -> std::string { throw 7; }}}};
    CHECK(read({"Named", 2, "{}"}, unknown).error().got == "an exception: an exception of an unknown type");
    const std::array<Upcaster, 1> wrong{{{"Named", 2, [](std::string_view) { return std::string("{}"); }}}};
    CHECK(read({"Named", 2, "{}"}, wrong).error().kind == DecodeErrorKind::failed_upcaster);
    CHECK(read({"Named", 2, "{}"}, wrong).error().path == "/first");
}

TEST_CASE("Events: a domain without Unknown refuses unknown types and later versions.") {
    Closed event;
    const auto refused = from_stored(shape_of<Closed>(), &event, {"Dreamt", 2, "{}"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == DecodeErrorKind::unknown_type);
    CHECK(to_text(refused.error()) == "Dreamt: expected an event of this domain; got Dreamt version 2");
    const auto later = from_stored(shape_of<Closed>(), &event, {"Named", 4, "{}"});
    REQUIRE_FALSE(later);
    CHECK(later.error().kind == DecodeErrorKind::later_version);
    CHECK(to_text(later.error()) == "Named: expected version 3 or an earlier one; got Named version 4");
}

} // namespace evenfold::codec
