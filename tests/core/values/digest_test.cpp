#include "evenfold/core/reflection/digest.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "evenfold/codec/codec.hpp"
#include "evenfold/tests/codec/sample.hpp"
#include "evenfold/tests/support/arbitrary.hpp"

namespace evenfold {
namespace {

using namespace sample;

/// The value in docs/digest.md.
struct DocumentedExample {
    BOOST_HANA_DEFINE_STRUCT(DocumentedExample,
        (bool, flag), (std::int64_t, minus), (std::uint64_t, many), (double, real), (std::string, text), (ItemId, item),
        (Instant, at), (Colour, colour), (std::optional<std::string>, present), (std::optional<std::string>, absent),
        (Slot<std::string>, slot), (OrderedSet<std::string>, order), (Table<Item>, items), (Indirect<Circle>, boxed));
    friend bool operator==(const DocumentedExample&, const DocumentedExample&) = default;
};

DocumentedExample documented_example(bool forwards) {
    DocumentedExample value{.flag = true,
                            .minus = -2,
                            .many = 3,
                            .real = 0.5,
                            .text = "caf\xc3\xa9",
                            .item = item_id(7),
                            .at = {1000},
                            .colour = Colour::default_,
                            .present = "here",
                            .absent = {},
                            .slot = Assigned<std::string>{"ref"},
                            .order = {},
                            .items = {},
                            .boxed = Indirect<Circle>(Circle{9})};
    value.order.insert("z");
    value.order.insert("a");
    value.items.insert({.id = item_id(forwards ? 1 : 2), .name = forwards ? "one" : "two"});
    value.items.insert({.id = item_id(forwards ? 2 : 1), .name = forwards ? "two" : "one"});
    return value;
}

/// Returns `value` with one field of `other`. Copies fields through their JSON, because a shape cannot copy.
Everything with_field_of(Everything& value, Everything& other, std::size_t index) {
    const auto fields = std::get<StructureShape>(shape_of<Everything>().kind).fields;
    Everything made{};
    for (std::size_t at = 0; at < fields.size(); ++at) {
        const Shape& shape = fields[at].shape();
        const std::string part = codec::encode(shape, fields[at].at(at == index ? &other : &value));
        REQUIRE(codec::decode(shape, fields[at].at(&made), part));
    }
    return made;
}

} // namespace

TEST_CASE("Digest: the example of docs/digest.md has the digest given there.") {
    CHECK(to_text(digest(documented_example(true))) ==
          "ff17b83f62582b15720c5468821b01419a47467f48d4e4f90e5aee0376dc3e16");
}

TEST_CASE("Digest: equal values have equal digests, independent of the order of insertion.") {
    CHECK(documented_example(true) == documented_example(false));
    CHECK(digest(documented_example(true)) == digest(documented_example(false)));
    std::vector<ItemId> ids;
    for (std::uint8_t last = 0; last < 200; ++last) ids.push_back(item_id(last));
    Set<ItemId> forwards;
    Set<ItemId> backwards;
    Table<Item> table;
    Table<Item> other;
    for (const ItemId& id : ids) forwards.insert(id), table.insert({id, to_text(id)});
    for (std::uint8_t extra = 200; extra < 250; ++extra)
        backwards.insert(item_id(extra)); // inserted and erased on the way
    std::ranges::reverse(ids);
    for (const ItemId& id : ids) backwards.insert(id), other.insert({id, "before"}), other.insert({id, to_text(id)});
    for (std::uint8_t extra = 200; extra < 250; ++extra) backwards.erase(item_id(extra));
    CHECK(digest(forwards) == digest(backwards));
    CHECK(digest(table) == digest(other));
    CHECK(digest(0.0) == digest(-0.0));
}

TEST_CASE("Digest: an order that is part of the value is part of the digest.") {
    OrderedSet<std::string> forwards;
    OrderedSet<std::string> backwards;
    for (const auto* key : {"a", "b"}) forwards.insert(key);
    for (const auto* key : {"b", "a"}) backwards.insert(key);
    CHECK(digest(forwards) != digest(backwards));
    CHECK(digest(std::vector<std::string>{"a", "b"}) != digest(std::vector<std::string>{"b", "a"}));
}

TEST_CASE("Digest: moving bytes between adjacent parts changes the digest.") {
    using Texts = std::vector<std::string>;
    using Maybe = std::optional<std::string>;
    std::set<std::string> seen;
    for (const Texts& texts : {Texts{}, Texts{""}, Texts{"", ""}, Texts{"ab"}, Texts{"a", "b"}, Texts{"", "ab"}})
        CHECK(seen.insert(to_text(digest(texts))).second);
    CHECK(digest(Maybe()) != digest(Maybe("")));
    CHECK(digest(std::int64_t{0}) != digest(std::int64_t{-1}));
    CHECK(digest(Figure(Circle{1})) != digest(Figure(Slot<std::uint16_t>(Assigned<std::uint16_t>{1}))));
}

TEST_CASE("Digest: changing any one field changes the digest.") {
    const auto fields = std::get<StructureShape>(shape_of<Everything>().kind).fields;
    for (std::size_t index = 0; index < fields.size(); ++index) {
        std::size_t changes = 0;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            auto before = tests::anything<Everything>(seed);
            auto other = tests::anything<Everything>(seed + 1000);
            const auto after = with_field_of(before, other, index);
            const auto part = [&](Everything& of) {
                return codec::encode(fields[index].shape(), fields[index].at(&of));
            };
            const bool same = part(before) == part(other);
            CAPTURE(fields[index].name);
            CAPTURE(seed);
            CHECK((digest(before) == digest(after)) == same);
            CHECK((before == after) == same);
            if (!same) ++changes;
        }
        CHECK(changes > 3);
    }
}

} // namespace evenfold
