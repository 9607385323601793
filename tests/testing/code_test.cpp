#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/idempotent.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/slot.hpp"
#include "evenfold/testing/code.hpp"
#include "evenfold/tests/testing/notes.hpp"

/// A domain outside of evenfold, as a user would write it, with its types in its struct.
namespace shop {

using evenfold::Id;
using evenfold::Instant;
using evenfold::Uuid;
using ParcelId = Id<struct ParcelTag>;
using Size = evenfold::Slot<std::uint32_t>;

enum class Mode : std::uint8_t { plain, default_, new_ };

struct Corner {
    EVENFOLD_STRUCT(Corner, (std::int32_t, x));
    friend bool operator==(const Corner&, const Corner&) = default;
};

using Content = std::variant<Corner, bool, std::uint32_t, std::string, ParcelId, std::vector<Corner>>;
using Pair = std::tuple<ParcelId, std::uint32_t>;

struct Door {
    struct Inner {
        EVENFOLD_STRUCT(Inner, (bool, open), (Mode, mode));
        friend bool operator==(const Inner&, const Inner&) = default;
    };
    struct Empty {
        EVENFOLD_STRUCT(Empty);
        friend bool operator==(const Empty&, const Empty&) = default;
    };
    struct Open {
        EVENFOLD_STRUCT(Open,
            (ParcelId, parcel), (Uuid, bare), (Instant, at), (std::int64_t, low), (std::uint64_t, high), (double, real),
            (std::string, text), (Inner, inner), (std::vector<ParcelId>, ids), (std::vector<std::string>, words),
            (std::vector<Content>, contents), (Pair, pair), (evenfold::Indirect<std::string>, boxed), (Size, size));
        static constexpr std::string_view stored_name = "DoorOpened";
        friend bool operator==(const Open&, const Open&) = default;
    };
    struct Perhaps {
        EVENFOLD_STRUCT(Perhaps,
            (std::optional<ParcelId>, parcel), (std::optional<Uuid>, bare), (std::optional<Instant>, at),
            (std::optional<std::uint8_t>, number), (std::optional<std::int64_t>, low), (std::optional<bool>, yes),
            (std::optional<double>, real), (std::optional<std::string>, text), (std::optional<Mode>, mode),
            (std::optional<Inner>, inner), (std::optional<std::vector<std::uint32_t>>, numbers),
            (std::optional<std::vector<std::string>>, words), (std::optional<std::vector<ParcelId>>, ids),
            (std::optional<Content>, content), (std::optional<evenfold::Indirect<Corner>>, boxed),
            (std::vector<std::optional<std::uint8_t>>, many));
        friend bool operator==(const Perhaps&, const Perhaps&) = default;
    };

    using Command = std::variant<Inner, Empty, Open, Perhaps>;
    using Event = std::variant<Inner>;
    using Error = std::variant<Corner>;
    using Model = Corner;
    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
    static Model project(Model model, const Event&) { return model; }
};

struct Plain {
    EVENFOLD_STRUCT(Plain, (double, least), (double, most), (double, none));
};

namespace {

struct Hidden {
    EVENFOLD_STRUCT(Hidden, (Mode, mode));
};

} // namespace

using evenfold::testing::code_of;
using evenfold::testing::id;

std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

/// Compiles the code and checks that the code printed for its value is the same, except for spaces.
#define CHECK_PRINTED(...) CHECK(without_blanks(code_of(__VA_ARGS__)) == without_blanks(#__VA_ARGS__))

TEST_CASE("Code: the printed expression of a value with every kind of field compiles to that value.") {
    CHECK_PRINTED(Door::Open{
        .parcel = {id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")},
        .bare = {id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")},
        .at = {-5},
        .low = INT64_MIN,
        .high = 18446744073709551615U,
        .real = 0.5,
        .text = std::string("\"\\\012\000", 4),
        .inner = Door::Inner{.open = true, .mode = Mode::default_},
        .ids = {{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}},
        .words = {"one", "caf\303\251"},
        .contents = {Corner{.x = -1}, static_cast<bool>(true), static_cast<unsigned int>(7), std::string("word"),
                     evenfold::Id<ParcelTag>{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}},
        .pair = std::tuple<evenfold::Id<ParcelTag>, unsigned int>{{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}, 3},
        .boxed = evenfold::Indirect<std::basic_string<char>>("content"),
        .size = evenfold::Assigned<unsigned int>{.value = 3}});
    CHECK_PRINTED(Door::Empty{});
    CHECK_PRINTED(Hidden{.mode = Mode::new_});
}

TEST_CASE("Code: an optional with a value is printed as one with a value, even if the value is empty.") {
    CHECK_PRINTED(Door::Perhaps{.parcel = {{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}},
                                .bare = {{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}},
                                .at = {{1000}},
                                .number = {7},
                                .low = {-7},
                                .yes = {false},
                                .real = {1.0},
                                .text = {"text"},
                                .mode = {Mode::plain},
                                .inner = {Door::Inner{.open = false, .mode = Mode::new_}},
                                .numbers = {{1, 2}},
                                .words = {{"one", "two"}},
                                .ids = {{{id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")}}},
                                .content = {Corner{.x = 1}},
                                .boxed = {evenfold::Indirect<Corner>(Corner{.x = 2})},
                                .many = {{}, {1}}});
    CHECK_PRINTED(Door::Perhaps{.parcel = {},
                                .bare = {},
                                .at = {},
                                .number = {},
                                .low = {},
                                .yes = {},
                                .real = {},
                                .text = {""},
                                .mode = {},
                                .inner = {},
                                .numbers = {{0}},
                                .words = {{"one"}},
                                .ids = {},
                                .content = {static_cast<bool>(true)},
                                .boxed = {},
                                .many = {}});
    CHECK(code_of(std::optional<std::vector<Corner>>(std::in_place)).ends_with("(std::in_place)"));
    CHECK(code_of(std::optional<std::vector<Corner>>()) == "{}");
}

TEST_CASE("Code: NaN and infinities are printed as std::numeric_limits.") {
    CHECK_PRINTED(Plain{.least = -std::numeric_limits<double>::infinity(),
                        .most = std::numeric_limits<double>::infinity(),
                        .none = std::numeric_limits<double>::quiet_NaN()});
}

TEST_CASE("Code: commands of compositions are printed with template arguments and enclosing class.") {
    CHECK_PRINTED(evenfold::Keyed<evenfold::Id<ParcelTag>, Door::Inner>{
        .key = {id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")},
        .content = Door::Inner{.open = true, .mode = Mode::plain}});
    CHECK_PRINTED(evenfold::Idempotent<Door>::Command{.id = {id("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")},
                                                      .body = Door::Inner{.open = true, .mode = Mode::plain}});
    const evenfold::Compose<Door, evenfold::notes::Notes>::Command asked = Door::Empty{};
    CHECK(code_of(asked) == "Door::Empty{}");
}

} // namespace shop
