/// `Uuid`: sixteen bytes that identify an entity or a command, their text, and ids derived from other ids.
/// A plain value. In JSON it is the 36 characters of RFC 9562, written in lower case and read in either case. New
/// random ids come from kernel/fresh_id.hpp, because the core has no source of randomness.
/// Parsed by hand because Boost.Uuid takes 18 times as long, which would double the cost of decoding an event, and
/// accepts braces and missing hyphens (docs/hand-written.md).
/// Source: RFC 9562, "Universally Unique IDentifiers"; derived ids are its version 8, name-based over SHA-256
/// (appendix B.2).
///
///     const std::optional<Uuid> id = parse_uuid("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77");
///     assert(to_text(*id) == "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77");
///     assert(derive(*id, "reply") == derive(*id, "reply")); // the same id in every run
///     assert(!parse_uuid("{0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77}"));
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/platform/language.hpp"
#include "evenfold/core/values/hash_salt.hpp"

namespace evenfold {

/// Sixteen bytes, ordered like their text. All zero is the nil id, which no entity may have.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
    friend bool operator==(const Uuid& a, const Uuid& b) {
        using Halves = std::array<std::uint64_t, 2>; // two comparisons, because comparing the bytes would call memcmp
        const auto halves_a = std::bit_cast<Halves>(a.bytes);
        const auto halves_b = std::bit_cast<Halves>(b.bytes);
        return halves_a[0] == halves_b[0] && halves_a[1] == halves_b[1];
    }
    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// Returns the id, or nullopt if `text` is not 8-4-4-4-12 hexadecimal digits. Rejects braces and a `urn:` prefix.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text);

/// The 36 characters of an id.
using UuidText = std::array<char, 36>;

/// Return the 36 lower-case characters of `id`.
[[nodiscard]] UuidText characters(const Uuid& id);
[[nodiscard]] std::string to_text(const Uuid& id);

/// Returns the id of the child of `parent` in `role` under `name`. Equal arguments always give the same id.
/// It is version 8 over SHA-256(parent bytes, role, '/', name), with the bytes 4 and 5 set to the mark 0xef01. Deciders
/// create ids in no other way, because they must be deterministic.
[[nodiscard]] Uuid derive(const Uuid& parent, std::string_view role, std::string_view name = {});

/// Returns whether `derive` could return `id`. One in four million random ids is in that range.
[[nodiscard]] bool is_derived(const Uuid& id);

/// Returns a hash at the cost of one multiplication, because ids are already random or derived.
[[nodiscard]] inline std::size_t hash_value(const Uuid& id) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), sizeof high);
    std::memcpy(&low, id.bytes.data() + sizeof high, sizeof low);
    return static_cast<std::size_t>(high ^ (low * containers::hash_multiplier));
}

} // namespace evenfold

template <>
struct std::hash<evenfold::Uuid> {
    std::size_t operator()(const evenfold::Uuid& id) const noexcept { return evenfold::hash_value(id); }
};
