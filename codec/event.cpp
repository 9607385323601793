#include "evenfold/codec/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <exception>

#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::codec {
namespace {

bool is_unknown(const Shape& shape) {
    return &shape == &shape_of<Unknown>();
}

/// Hashes only three characters and the length, because the names of one variant nearly always differ in them. A
/// collision costs one more comparison.
std::size_t hash_of(std::string_view name) {
    if (name.empty()) return 0;
    const auto at = [&](std::size_t index) {
        return static_cast<std::size_t>(static_cast<unsigned char>(name[index]));
    };
    return name.size() + 7 * at(0) + 31 * at(name.size() / 2) + 61 * at(name.size() - 1);
}

DecodeError error_of(const StoredView& stored, DecodeErrorKind kind, std::string expected) {
    return {.kind = kind,
            .type = std::string(stored.type),
            .path = {},
            .expected = std::move(expected),
            .got = fmt::format("{} version {}", stored.type, stored.version)};
}

/// Returns the result of `upcaster`, which is the domain's own code.
std::expected<std::string, DecodeError>
upcast(const Upcaster& upcaster, const StoredView& stored, const std::string& data) {
    std::string thrown = "an exception of an unknown type";
    try {
        return upcaster.convert(data);
    } catch (const std::exception& exception) {
        thrown = exception.what();
    } catch (...) { // NOLINT(bugprone-empty-catch): `thrown` says so
    }
    DecodeError error = error_of(stored, DecodeErrorKind::failed_upcaster,
                                 fmt::format("a result of the upcaster from version {}", upcaster.from));
    error.got = "an exception: " + thrown;
    return std::unexpected(std::move(error));
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

std::expected<StoredForm, EncodeError> try_to_stored(const Shape& variant, const void* event) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const std::size_t index = kind.index(event);
    if (index >= kind.alternatives.size())
        return std::unexpected(EncodeError{
            .type = std::string(variant.name), .path = {}, .expected = "an event", .got = "a variant without a value"});
    const Shape& held = kind.alternatives[index]();
    if (is_unknown(held)) return to_stored(variant, event);
    auto data = try_encode(held, kind.value(to_read(event)));
    if (!data) return std::unexpected(std::move(data.error()));
    return StoredForm{.type = std::string(held.name), .version = held.version, .data = std::move(*data)};
}

EventReader::EventReader(const Shape& variant, std::span<const Upcaster> upcasters)
    : kind_(std::get<VariantShape>(variant.kind)), upcasters_(upcasters) {
    const std::size_t count = kind_.alternatives.size();
    slots_.assign(std::bit_ceil(4 * count + 1), count); // count: empty slot
    for (std::size_t index = 0; index < count; ++index) {
        const Shape& shape = kind_.alternatives[index]();
        shapes_.push_back(&shape);
        if (is_unknown(shape)) {
            if (!unknown_) unknown_ = index;
            continue;
        }
        std::size_t slot = hash_of(shape.name) % slots_.size();
        while (slots_[slot] != count) slot = (slot + 1) % slots_.size();
        slots_[slot] = index;
    }
}

std::optional<std::size_t> EventReader::alternative_index(std::string_view type) const {
    std::size_t slot = hash_of(type) & (slots_.size() - 1);
    for (;; slot = (slot + 1) & (slots_.size() - 1)) {
        const std::size_t index = slots_[slot];
        if (index == shapes_.size()) return std::nullopt;
        if (shapes_[index]->name == type) return index;
    }
}

/// Returns the data of `stored`, converted to `version`.
std::expected<std::string, DecodeError> EventReader::upcast_to(const StoredView& stored, std::uint32_t version) const {
    std::string data(stored.data);
    for (std::uint32_t at = stored.version; at < version; ++at) {
        const auto step = std::ranges::find_if(
            upcasters_, [&](const Upcaster& upcaster) { return upcaster.type == stored.type && upcaster.from == at; });
        if (step == upcasters_.end())
            return std::unexpected(error_of(stored, DecodeErrorKind::missing_upcaster,
                                            fmt::format("version {}, or an upcaster from version {}", version, at)));
        auto converted = upcast(*step, stored, data);
        if (!converted) return converted;
        data = std::move(*converted);
    }
    return data;
}

std::expected<std::string, DecodeError>
EventReader::keep_as_unknown(void* event, const StoredView& stored, DecodeError error) const {
    if (!unknown_) return std::unexpected(std::move(error));
    *static_cast<Unknown*>(kind_.emplace(event, *unknown_)) =
        Unknown{.kind = std::string(stored.type), .version = stored.version, .bytes = std::string(stored.data)};
    return std::string();
}

std::expected<std::string, DecodeError> EventReader::read(void* event, const StoredView& stored) const {
    const auto index = alternative_index(stored.type);
    if (!index)
        return keep_as_unknown(event, stored,
                               error_of(stored, DecodeErrorKind::unknown_type, "an event of this domain"));
    const Shape& shape = *shapes_[*index];
    if (stored.version > shape.version)
        return keep_as_unknown(event, stored,
                               error_of(stored, DecodeErrorKind::later_version,
                                        fmt::format("version {} or an earlier one", shape.version)));
    std::optional<std::string> lifted;
    if (stored.version < shape.version) {
        auto data = upcast_to(stored, shape.version);
        if (!data) return data;
        lifted = std::move(*data);
    }
    const std::string_view json = lifted ? *lifted : stored.data;
    if (try_decode_fast(shape, kind_.emplace(event, *index), json)) return std::string();
    auto unknown_fields = decode(shape, kind_.emplace(event, *index), json);
    if (!unknown_fields && lifted) unknown_fields.error().kind = DecodeErrorKind::failed_upcaster;
    return unknown_fields;
}

std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, const StoredView& stored, std::span<const Upcaster> upcasters) {
    return EventReader(variant, upcasters).read(event, stored);
}

} // namespace evenfold::codec
