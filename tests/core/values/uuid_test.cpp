#include "evenfold/core/values/uuid.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "evenfold/core/values/id.hpp"

namespace evenfold {
namespace {

constexpr auto sample = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"; // RFC 9562, section 4

Uuid counting() {
    Uuid id;
    for (std::size_t index = 0; index < id.bytes.size(); ++index) id.bytes[index] = static_cast<std::uint8_t>(index);
    return id;
}

} // namespace

TEST_CASE("Uuid: its text is that of RFC 9562, read in either case and written in lower case.") {
    const auto id = parse_uuid(sample);
    REQUIRE(id);
    CHECK(to_text(*id) == sample);
    CHECK(parse_uuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6") == id);
    CHECK(id->bytes[0] == 0xf8);
    CHECK(id->bytes[15] == 0xf6);
    CHECK(to_text(counting()) == "00010203-0405-0607-0809-0a0b0c0d0e0f");
    CHECK(to_text(Uuid{}) == "00000000-0000-0000-0000-000000000000");
    CHECK(parse_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff")->bytes[7] == 0xff);
}

TEST_CASE("Uuid: any other text is rejected.") {
    for (const char* bad :
         {"", "f81d4fae", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
          "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ",
          "f81d4fae-7dec-11d0-a765-00a0c91e6bg6", "f81d4fae-7dec-11d0-a76500-a0c91e6bf6",
          "f81d4fae_7dec_11d0_a765_00a0c91e6bf6", " f81d4fae-7dec-11d0-a765-00a0c91e6bf",
          "f81d4fae-7dec-11d0-a765-+0a0c91e6bf6", "-81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
        CAPTURE(bad);
        CHECK(!parse_uuid(bad));
    }
}

TEST_CASE("Uuid: each character must be a digit, or a hyphen where one belongs.") {
    for (std::size_t index = 0; index < 36; ++index) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = sample;
            text[index] = static_cast<char>(byte);
            const bool is_hyphen = index == 8 || index == 13 || index == 18 || index == 23;
            const bool is_digit =
                (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
            const auto id = parse_uuid(text);
            CAPTURE(text);
            REQUIRE(id.has_value() == (is_hyphen ? byte == '-' : is_digit));
            if (!id || is_hyphen) continue;
            text[index] = static_cast<char>(byte < 'A' ? byte : byte | 0x20);
            REQUIRE(to_text(*id) == text);
        }
    }
}

TEST_CASE("Uuid: ids are ordered like their texts, and nil is all zero.") {
    const auto low = parse_uuid("00000000-0000-0000-0000-000000000001");
    const auto high = parse_uuid("80000000-0000-0000-0000-000000000000");
    REQUIRE(low);
    REQUIRE(high);
    CHECK(*low < *high);
    CHECK(Uuid{}.is_nil());
    CHECK(!low->is_nil());
    CHECK(!high->is_nil());
}

TEST_CASE("derive: equal arguments give equal ids, in every build.") {
    CHECK(to_text(derive(Uuid{}, "assistant")) == "fa271a25-ef01-86b9-92f0-ecc122378381");
    CHECK(to_text(derive(*parse_uuid(sample), "request", "r1")) == "52f060c3-ef01-86d7-a860-7bdf4625c95a");
    CHECK(to_text(derive(*parse_uuid(sample), "request")) == "9ebe5e5b-ef01-8f95-ba4b-86160a969b8f");
}

TEST_CASE("derive: another parent, role or name gives another id, of version 8 and the RFC's variant.") {
    std::set<Uuid> all;
    for (const Uuid& parent : {Uuid{}, counting(), *parse_uuid(sample)}) {
        for (const char* role : {"end", "baseline", "request"}) {
            for (const char* name : {"", "r1", "r2", "end"}) {
                const Uuid id = derive(parent, role, name);
                CHECK((id.bytes[6] & 0xf0U) == 0x80U);
                CHECK((id.bytes[8] & 0xc0U) == 0x80U);
                all.insert(id);
            }
        }
    }
    CHECK(all.size() == 36);
    for (const Uuid& id : all) CHECK(is_derived(id));
    for (const char* by_hand : {"88888888-8888-8888-8888-888888888888", "11111111-1111-8111-1111-111111111111",
                                "fa271a25-47a5-86b9-92f0-ecc122378381", "fa271a25-ef01-46b9-92f0-ecc122378381"}) {
        CHECK(!is_derived(*parse_uuid(by_hand)));
    }
}

TEST_CASE("Id: it derives and converts to text like its Uuid.") {
    const Id<struct Parent> parent{*parse_uuid(sample)};
    const auto child = derive<struct Child>(parent, "end");
    CHECK(child.uuid == derive(parent.uuid, "end"));
    CHECK(to_text(parent) == sample);
    static_assert(!std::is_convertible_v<Id<struct Child>, Id<struct Parent>>);
    static_assert(!std::is_convertible_v<Uuid, Id<struct Parent>>);
}

} // namespace evenfold
