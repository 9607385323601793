#include <doctest/doctest.h>

#include <fmt/format.h>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/testing/generators.hpp"
#include "evenfold/testing/personal/memory_sealer.hpp"
#include "evenfold/tests/codec/personal/club.hpp"

namespace evenfold::club {
namespace {

using codec::DecodeErrorKind;
using codec::StoredForm;

StoredForm stored(Event event, codec::Sealer* sealer) {
    return codec::try_to_stored(shape_of<Event>(), &event, sealer).value();
}

/// Reads with an EventReader and without one, which must agree.
std::expected<Event, codec::DecodeError>
read(const StoredForm& form, codec::Sealer* sealer, std::span<const codec::Upcaster> upcasters = {}) {
    Event event;
    Event again;
    const auto fields = codec::from_stored(shape_of<Event>(), &event, form, upcasters, sealer);
    CHECK(codec::EventReader(shape_of<Event>(), upcasters).read(&again, form, sealer) == fields);
    if (!fields) return std::unexpected(fields.error());
    CHECK(again == event);
    return event;
}

std::string error_of(const StoredForm& form, codec::Sealer* sealer) {
    const auto event = read(form, sealer);
    return event ? "none" : codec::to_text(event.error());
}

/// Returns the part of `data` from `begin` up to and with `end`.
std::string part(const std::string& data, const std::string& begin, const std::string& end) {
    const std::size_t at = data.find(begin);
    return data.substr(at, data.find(end, at) + end.size() - at);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

/// Returns `box` with one bit of its digit `at` changed.
std::string with_flipped_digit(std::string box, std::size_t at) {
    const std::string digits = "0123456789abcdef";
    box[at] = digits[digits.find(box[at]) ^ 1U];
    return box;
}

std::string split_name(std::string_view data) {
    const std::string first = replaced(std::string(data), "whole", "first");
    if (data.find("$erased") == std::string_view::npos) return replaced(first, " ", R"(","last":")");
    return replaced(first, "}}", R"(},"last":{"$erased":true}})");
}

std::string with_wrong_member(std::string_view data) {
    return replaced(std::string(data), R"("m1")", R"(["Ada"])");
}

constexpr std::array<codec::Upcaster, 1> splitting{{{"Moved", 1, &split_name}}};
constexpr std::array<codec::Upcaster, 1> failing{{{"Moved", 1, &with_wrong_member}}};

} // namespace

TEST_CASE("Personal fields: a stored event has no personal text, and is read as the same event.") {
    testing::MemorySealer sealer;
    const StoredForm form = stored(ada, &sealer);
    CHECK(form.data.starts_with(R"({"member":"m1","name":{"$sealed":{"subject":")"));
    for (const char* text : {"Ada", "example.org", "Row"}) CHECK(form.data.find(text) == std::string::npos);
    CHECK(read(form, &sealer) == Event(ada));
    CHECK(stored(*read(form, &sealer), &sealer) == form);
}

TEST_CASE("Personal fields: are shown as they are, and read from what is shown.") {
    const std::string shown = codec::encode(ada);
    CHECK(shown == R"({"member":"m1","name":"Ada","mail":"ada@example.org","address":{"street":"Row","number":12}})");
    CHECK(codec::decode<Joined>(shown)->value == ada);
    const Joined erased{.member = "m1", .name = Erased{}, .mail = {}, .address = Personal<Address>(Erased{})};
    CHECK(codec::encode(erased) == R"({"member":"m1","name":{"$erased":true},"address":{"$erased":true}})");
    CHECK(codec::decode<Joined>(codec::encode(erased))->value == erased);
}

TEST_CASE("Personal fields: a destroyed key makes the fields of its subject erased, and no others.") {
    testing::MemorySealer sealer;
    const Introduced both{
        .host = 7, .greeting = "welcome", .guests = {{.id = -1, .name = "Bo"}, {.id = 2, .name = "Cy"}}};
    const StoredForm form = stored(both, &sealer);
    sealer.erase("-1");
    Introduced expected = both;
    expected.guests[0].name = Erased{};
    CHECK(read(form, &sealer) == Event(expected));
    sealer.erase("7");
    expected.greeting = Erased{};
    CHECK(read(form, &sealer) == Event(expected));
    CHECK(read(stored(expected, &sealer), &sealer) == Event(expected)); // an erased value is stored as such
}

TEST_CASE("Personal fields: a box does not open in another field, another event or another element.") {
    testing::MemorySealer sealer;
    const StoredForm joined = stored(ada, &sealer);
    const std::string name = part(joined.data, R"({"$sealed")", "}}");
    const std::string mail = part(joined.data, R"("mail":)", "}}").substr(7);
    const std::string damage = "expected a sealed value of this field, as it was stored; got the key ";
    CHECK(error_of({"Joined", 1, replaced(joined.data, mail, name)}, &sealer).starts_with("Joined/mail: " + damage));
    CHECK(error_of({"Joined", 1, replaced(joined.data, name, mail)}, &sealer).starts_with("Joined/name: " + damage));
    const StoredForm moved = stored(Moved{.member = "m1", .first = "A", .last = "B"}, &sealer);
    const std::string first = part(moved.data, R"({"$sealed")", "}}");
    CHECK(error_of({"Moved", 2, replaced(moved.data, first, name)}, &sealer).starts_with("Moved/first: " + damage));
    const StoredForm guests = stored(
        Introduced{.host = 7, .greeting = "x", .guests = {{.id = 1, .name = "Bo"}, {.id = 1, .name = "Cy"}}}, &sealer);
    const std::string bo = part(guests.data.substr(guests.data.find("guests")), R"({"$sealed")", "}}");
    const std::size_t second = guests.data.rfind(R"({"$sealed")");
    CHECK(error_of({"Introduced", 1, guests.data.substr(0, second) + bo + "}]}"}, &sealer)
              .starts_with("Introduced/guests/1/name: " + damage));
}

TEST_CASE("Personal fields: any change of a sealed value is damage, not an erasure.") {
    testing::MemorySealer sealer;
    const StoredForm form = stored(ada, &sealer);
    const std::string box = part(form.data, R"("box":")", "\"}");
    for (std::size_t at = 7; at + 2 < box.size(); ++at) {
        const auto event = read({"Joined", 1, replaced(form.data, box, with_flipped_digit(box, at))}, &sealer);
        REQUIRE_FALSE(event);
        CHECK(event.error().kind == DecodeErrorKind::damaged_box);
    }
    for (const char* other : {R"("Ada")", "null", R"({"$sealed":"Ada"})", R"({"$sealed":{"subject":"a","nonce":"b"}})",
                              R"({"$sealed":{"subject":"a","nonce":"b","box":7}})", R"({"$erased":false})"}) {
        const std::string name = part(form.data, R"({"$sealed")", "}}");
        const StoredForm changed{"Joined", 1, replaced(form.data, name, other)};
        CHECK(error_of(changed, &sealer) ==
              "Joined/name: expected a sealed value; got a value that is not shown, because it is personal");
    }
}

TEST_CASE("Personal fields: are neither stored nor read without a sealer.") {
    const Event event = ada;
    const auto form = codec::try_to_stored(shape_of<Event>(), &event);
    REQUIRE_FALSE(form);
    CHECK(codec::to_text(form.error()) ==
          "Joined/name: expected a sealer, because personal values are only stored sealed; got a personal value");
    CHECK(codec::to_stored(shape_of<Event>(), &event).data.starts_with(R"({"member":"m1","name":null)"));
    CHECK_FALSE(codec::try_encode(ada)); // for example as a snapshot
    CHECK_FALSE(codec::try_fingerprint(shape_of<Joined>(), &ada));
    testing::MemorySealer sealer;
    CHECK(error_of(stored(ada, &sealer), nullptr) ==
          "Joined/name: expected a sealer, because the value is sealed; got no sealer");
    const Event none = Joined{.member = "m1", .name = Erased{}, .mail = {}, .address = {}};
    CHECK(codec::try_to_stored(shape_of<Event>(), &none)); // nothing personal is left
}

TEST_CASE("Personal fields: an erased subject gets no new values.") {
    testing::MemorySealer sealer;
    sealer.erase("m1");
    const Event event = ada;
    const auto form = codec::try_to_stored(shape_of<Event>(), &event, &sealer);
    REQUIRE_FALSE(form);
    CHECK(form.error().path == "/name");
    REQUIRE(form.error().failure);
    CHECK(form.error().failure->kind == system::FailureKind::erased);
    CHECK(codec::to_text(form.error()).find("Ada") == std::string::npos);
}

TEST_CASE("Personal fields: upcasters see the values, or that they were erased.") {
    testing::MemorySealer sealer;
    const EarlierEvent before = MovedBefore{.member = "m1", .whole = "Ada Byron"};
    const StoredForm form = codec::try_to_stored(shape_of<EarlierEvent>(), &before, &sealer).value();
    CHECK(read(form, &sealer, splitting) == Event(Moved{.member = "m1", .first = "Ada", .last = "Byron"}));
    const auto failed = read(form, &sealer, failing);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == DecodeErrorKind::failed_upcaster);
    CHECK(failed.error().got == "a value that is not shown, because it is personal");
    const auto missing = read(form, &sealer);
    CHECK(missing.error().kind == DecodeErrorKind::missing_upcaster);
    CHECK(read(form, nullptr, splitting).error().kind == DecodeErrorKind::unreadable_key);
    sealer.erase("m1");
    CHECK(read(form, &sealer, splitting) == Event(Moved{.member = "m1", .first = Erased{}, .last = Erased{}}));
}

TEST_CASE("Personal fields: an event of a later build keeps its sealed values as they are.") {
    testing::MemorySealer sealer;
    StoredForm form = stored(ada, &sealer);
    form.version = 2;
    const auto event = read(form, &sealer);
    REQUIRE(event);
    CHECK(stored(*event, &sealer) == form);
}

TEST_CASE("Personal fields: a fingerprint distinguishes values by a keyed hash, also after an erasure.") {
    testing::MemorySealer sealer;
    const auto fingerprint = [&](const Joined& command) {
        return codec::try_fingerprint(shape_of<Joined>(), &command, &sealer).value();
    };
    Joined other = ada;
    other.name = "Eve";
    const std::string before = fingerprint(ada);
    CHECK(fingerprint(ada) == before);
    CHECK(fingerprint(other) != before);
    CHECK(codec::fingerprint(ada) != before); // that of the text without its personal values
    CHECK(codec::fingerprint(ada) == codec::fingerprint(other));
    sealer.erase("m1");
    CHECK(fingerprint(ada) == before);
    other.name = Erased{};
    CHECK(fingerprint(other) != before);
}

TEST_CASE("Personal fields: are distinguished by a digest, and are no part of an error message.") {
    Joined erased = ada;
    erased.name = Erased{};
    CHECK(digest(erased) != digest(ada));
    const auto wrong = codec::decode<Joined>(R"({"member":"m1","name":["Ada"]})");
    REQUIRE_FALSE(wrong);
    CHECK(codec::to_text(wrong.error()) ==
          "Joined/name: expected a string; got a value that is not shown, because it is personal");
    const auto inner = codec::decode<Joined>(R"({"member":"m1","name":"x","address":{"street":5,"number":1}})");
    CHECK(codec::to_text(inner.error()).starts_with("Joined/address/street: expected a string; got a value that is"));
}

TEST_CASE("Personal fields: are found in a shape wherever they are.") {
    CHECK(codec::has_personal_fields(shape_of<Event>()));
    CHECK(codec::has_personal_fields(shape_of<std::vector<std::optional<Guest>>>()));
    CHECK_FALSE(codec::has_personal_fields(shape_of<Address>()));
}

TEST_CASE("Personal fields: generators draw values and erased ones, and shrink to values.") {
    std::size_t erased = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        testing::Random random(seed);
        testing::ChoiceSource source(random);
        erased += testing::Generators().draw<Guest>(source).name.is_erased() ? 1 : 0;
    }
    CHECK(erased > 20);
    CHECK(erased < 100);
    const std::array<std::uint32_t, 8> smallest{};
    testing::ChoiceSource source{std::span<const std::uint32_t>(smallest)};
    CHECK_FALSE(testing::Generators().draw<Guest>(source).name.is_erased());
}

} // namespace evenfold::club
