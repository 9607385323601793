#include "evenfold/codec/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::codec {
namespace {

bool is_unknown(const Shape& shape) {
    return &shape == &shape_of<Unknown>();
}

/// The place of the alternative that `fits` in the variant, if there is one.
template <class Fits>
std::optional<std::size_t> place_of(const VariantShape& kind, Fits fits) {
    for (std::size_t place = 0; place < kind.alternatives.size(); ++place) {
        if (fits(kind.alternatives[place]())) return place;
    }
    return std::nullopt;
}

std::expected<std::string, DecodeError>
keep(const VariantShape& kind, void* event, StoredForm stored, DecodeError error) {
    const auto place = place_of(kind, &is_unknown);
    if (!place) return std::unexpected(std::move(error));
    *static_cast<Unknown*>(kind.emplace(event, *place)) =
        Unknown{.kind = std::move(stored.type), .version = stored.version, .bytes = std::move(stored.data)};
    return std::string();
}

DecodeError not_known(const StoredForm& stored, std::string expected) {
    return {.trouble = Trouble::unknown_name,
            .type = stored.type,
            .path = {},
            .expected = std::move(expected),
            .got = fmt::format("{} version {}", stored.type, stored.version)};
}

/// The data of `stored`, lifted to `version`; nothing when a step is missing.
std::optional<std::string>
lifted(const StoredForm& stored, std::uint32_t version, std::span<const Upcaster> upcasters) {
    std::string data = stored.data;
    for (std::uint32_t at = stored.version; at < version; ++at) {
        const auto step = std::ranges::find_if(
            upcasters, [&](const Upcaster& upcaster) { return upcaster.type == stored.type && upcaster.from == at; });
        if (step == upcasters.end()) return std::nullopt;
        data = step->lift(data);
    }
    return data;
}

} // namespace

StoredForm to_stored(const Shape& variant, const void* event, std::string_view unknown_fields) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const Shape& held = kind.alternatives[kind.index(event)]();
    const void* value = kind.value(to_read(event));
    if (is_unknown(held)) {
        const auto& unknown = *static_cast<const Unknown*>(value);
        return {.type = unknown.kind, .version = unknown.version, .data = unknown.bytes};
    }
    return {.type = std::string(held.name), .version = held.version, .data = encode(held, value, unknown_fields)};
}

std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, StoredForm stored, std::span<const Upcaster> upcasters) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const auto place =
        place_of(kind, [&](const Shape& shape) { return shape.name == stored.type && !is_unknown(shape); });
    if (!place) {
        DecodeError error = not_known(stored, "an event of this domain");
        return keep(kind, event, std::move(stored), std::move(error));
    }
    const Shape& shape = kind.alternatives[*place]();
    const auto data = lifted(stored, shape.version, upcasters);
    if (!data || stored.version > shape.version) {
        DecodeError error = not_known(stored, fmt::format("version {} or one that can be lifted to it", shape.version));
        return keep(kind, event, std::move(stored), std::move(error));
    }
    auto unknown_fields = decode(shape, kind.emplace(event, *place), *data);
    if (unknown_fields || unknown_fields.error().trouble != Trouble::unknown_name) return unknown_fields;
    return keep(kind, event, std::move(stored), std::move(unknown_fields.error()));
}

} // namespace evenfold::codec
