#include <doctest/doctest.h>
#include <fmt/core.h>

#include <array>
#include <string>
#include <variant>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/tests/codec/sample.hpp"

// The examples of the public headers, so that the compiler checks them.

namespace evenfold::codec::examples {
namespace {

using sample::Circle;

struct Named {
    static constexpr std::uint32_t stored_version = 2;
    BOOST_HANA_DEFINE_STRUCT(Named, (std::string, title));
};

using Event = std::variant<Named>;

std::string rename_field(std::string_view data) {
    return R"({"title")" + std::string(data.substr(data.find(':')));
}

constexpr std::array<codec::Upcaster, 1> upcasters{{{"Named", 1, &rename_field}}};

} // namespace

TEST_CASE("Examples: codec.hpp encodes a value and decodes it.") {
    const Circle circle{.radius = 3};
    const std::string json = codec::encode(circle);
    const auto decoded = codec::decode<Circle>(json);
    if (!decoded) fmt::print("{}\n", codec::to_text(decoded.error()));
    REQUIRE(decoded);
    CHECK(decoded->value == circle);
}

TEST_CASE("Examples: event.hpp reads a stored event of an earlier version.") {
    const std::string data = R"({"name":"Ada"})";
    const codec::EventReader reader(shape_of<Event>(), upcasters);
    Event event;
    const auto unknown_fields = reader.read(&event, {.type = "Named", .version = 1, .data = data});
    if (!unknown_fields) fmt::print("{}\n", codec::to_text(unknown_fields.error()));
    REQUIRE(unknown_fields);
    CHECK(std::get<Named>(event).title == "Ada");
}

} // namespace evenfold::codec::examples
