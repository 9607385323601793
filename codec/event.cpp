#include "evenfold/codec/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <exception>
#include <optional>
#include <vector>

#include "evenfold/codec/decode_plan.hpp"
#include "evenfold/codec/personal/personal_reader.hpp"
#include "evenfold/codec/personal/personal_writer.hpp"
#include "evenfold/codec/scan.hpp"
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

/// Returns the data of `stored`, converted to `version`.
std::expected<std::string, DecodeError>
upcast_to(std::uint32_t version, std::span<const Upcaster> upcasters, const StoredView& stored) {
    std::string data(stored.data);
    for (std::uint32_t at = stored.version; at < version; ++at) {
        const auto step = std::ranges::find_if(
            upcasters, [&](const Upcaster& upcaster) { return upcaster.type == stored.type && upcaster.from == at; });
        if (step == upcasters.end())
            return std::unexpected(error_of(stored, DecodeErrorKind::missing_upcaster,
                                            fmt::format("version {}, or an upcaster from version {}", version, at)));
        auto converted = upcast(*step, stored, data);
        if (!converted) return converted;
        data = std::move(*converted);
    }
    return data;
}

/// Keeps an event that only a later build knows, or returns `error` if the variant has no Unknown.
std::expected<std::string, DecodeError>
keep_as_unknown(const VariantShape& kind, void* event, const StoredView& stored, DecodeError error) {
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        if (!is_unknown(kind.alternatives[index]())) continue;
        *static_cast<Unknown*>(kind.emplace(event, index)) =
            Unknown{.kind = std::string(stored.type), .version = stored.version, .bytes = std::string(stored.data)};
        return std::string();
    }
    return std::unexpected(std::move(error));
}

/// Returns `nothing` if `type` is no alternative of `kind`.
std::optional<std::size_t> alternative_index(const VariantShape& kind, std::string_view type) {
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        const Shape& shape = kind.alternatives[index]();
        if (shape.name == type && !is_unknown(shape)) return index;
    }
    return std::nullopt;
}

/// Decodes the fields of an event of this build's version.
std::expected<std::string, DecodeError>
decode_fields(const VariantShape& kind, std::size_t index, void* event, const StoredView& stored, Sealer* sealer) {
    const Shape& shape = kind.alternatives[index]();
    if (try_decode_fast(shape, kind.emplace(event, index), stored.data)) return std::string();
    return decode_with(PersonalReader(stored.type, sealer), shape, kind.emplace(event, index), stored.data);
}

/// Decodes an event of an earlier version, whose sealed values were opened and are hidden in an error.
std::expected<std::string, DecodeError> decode_opened(const VariantShape& kind, std::span<const Upcaster> upcasters,
                                                      std::size_t index, void* event, const StoredView& stored) {
    const Shape& shape = kind.alternatives[index]();
    const auto data = upcast_to(shape.version, upcasters, stored);
    if (!data) return data;
    void* held = kind.emplace(event, index);
    if (try_decode_fast(shape, held, *data)) return std::string();
    auto unknown_fields = decode(shape, kind.emplace(event, index), *data);
    if (!unknown_fields) unknown_fields.error().kind = DecodeErrorKind::failed_upcaster;
    return unknown_fields;
}

/// Decodes an event of another version than this build's.
std::expected<std::string, DecodeError> decode_version(const VariantShape& kind, std::span<const Upcaster> upcasters,
                                                       std::size_t index, void* event, const StoredView& stored,
                                                       Sealer* sealer) {
    const std::uint32_t version = kind.alternatives[index]().version;
    if (stored.version > version)
        return keep_as_unknown(
            kind, event, stored,
            error_of(stored, DecodeErrorKind::later_version, fmt::format("version {} or an earlier one", version)));
    const auto opened = PersonalReader(stored.type, sealer).open_all(stored.data);
    if (!opened) return std::unexpected(opened.error());
    if (!*opened) return decode_opened(kind, upcasters, index, event, stored);
    auto unknown_fields = decode_opened(kind, upcasters, index, event,
                                        {.type = stored.type, .version = stored.version, .data = **opened});
    const bool is_ours = unknown_fields || unknown_fields.error().kind == DecodeErrorKind::missing_upcaster;
    if (!is_ours) unknown_fields.error().got = hidden_value; // it may be a part of a personal value
    return unknown_fields;
}

std::expected<std::string, DecodeError>
keep_unknown_type(const VariantShape& kind, void* event, const StoredView& stored) {
    return keep_as_unknown(kind, event, stored,
                           error_of(stored, DecodeErrorKind::unknown_type, "an event of this domain"));
}

} // namespace

StoredForm to_stored(const Shape& variant, const void* event, std::string_view unknown_fields, Sealer* sealer) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const Shape& held = kind.alternatives[kind.index(event)]();
    const void* value = kind.value(to_read(event));
    if (is_unknown(held)) {
        const auto& unknown = *static_cast<const Unknown*>(value);
        return {.type = unknown.kind, .version = unknown.version, .data = unknown.bytes};
    }
    const PersonalWriter writer(PersonalForm::sealed, held.name, sealer);
    return {.type = std::string(held.name),
            .version = held.version,
            .data = encode_with(writer, held, value, unknown_fields)};
}

std::expected<StoredForm, EncodeError> try_to_stored(const Shape& variant, const void* event, Sealer* sealer) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const std::size_t index = kind.index(event);
    if (index >= kind.alternatives.size())
        return std::unexpected(EncodeError{
            .type = std::string(variant.name), .path = {}, .expected = "an event", .got = "a variant without a value"});
    const Shape& held = kind.alternatives[index]();
    if (is_unknown(held)) return to_stored(variant, event);
    auto data =
        try_encode_with(PersonalWriter(PersonalForm::sealed, held.name, sealer), held, kind.value(to_read(event)));
    if (!data) return std::unexpected(std::move(data.error()));
    return StoredForm{.type = std::string(held.name), .version = held.version, .data = std::move(*data)};
}

/// The alternatives by name, except Unknown.
struct EventReader::Plans {
    struct Alternative {
        std::string_view name; // empty: a free slot
        std::uint32_t version = 0;
        std::size_t index = 0;
        std::optional<DecodePlan> plan; // if it is a struct
    };
    std::vector<Alternative> slots; // each alternative at the hash of its name or in a later free slot

    explicit Plans(const VariantShape& kind) : slots(std::bit_ceil(4 * kind.alternatives.size() + 1)) {
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (is_unknown(shape)) continue;
            Alternative& slot = slots[slot_of(shape.name)];
            if (!slot.name.empty()) continue; // the first of equal names, as everywhere
            slot = {.name = shape.name, .version = shape.version, .index = index, .plan = {}};
            if (const auto* structure = std::get_if<StructureShape>(&shape.kind)) slot.plan.emplace(*structure);
        }
    }

    /// Compares most names as two words that overlap, because a call of memcmp takes longer.
    static bool is_equal(std::string_view a, std::string_view b) {
        constexpr std::size_t word = sizeof(std::uint64_t);
        if (a.size() != b.size()) return false;
        if (a.size() < word || a.size() > 2 * word) return a == b;
        return word_at(a.begin()) == word_at(b.begin()) && word_at(a.end() - word) == word_at(b.end() - word);
    }

    /// Returns the index of the slot with that name, or of the free slot that ends the search.
    [[nodiscard]] std::size_t slot_of(std::string_view name) const {
        std::size_t slot = hash_of(name) & (slots.size() - 1);
        while (!slots[slot].name.empty() && !is_equal(slots[slot].name, name)) slot = (slot + 1) & (slots.size() - 1);
        return slot;
    }
};

EventReader::EventReader(const Shape& variant, std::span<const Upcaster> upcasters)
    : kind_(std::get<VariantShape>(variant.kind)),
      upcasters_(upcasters),
      plans_(std::make_shared<const Plans>(kind_)) {}

std::expected<std::string, DecodeError> EventReader::read(void* event, const StoredView& stored, Sealer* sealer) const {
    const Plans::Alternative& found = plans_->slots[plans_->slot_of(stored.type)];
    if (found.plan && stored.version == found.version) {
        void* held = kind_.index(event) == found.index ? kind_.value(event) : nullptr;
        if (!held || !found.plan->can_refill(held)) held = kind_.emplace(event, found.index);
        if (found.plan->try_decode(held, stored.data)) return {};
    }
    if (found.name.empty()) return keep_unknown_type(kind_, event, stored);
    if (stored.version != found.version) return decode_version(kind_, upcasters_, found.index, event, stored, sealer);
    return decode_fields(kind_, found.index, event, stored, sealer);
}

std::expected<std::string, DecodeError> from_stored(const Shape& variant, void* event, const StoredView& stored,
                                                    std::span<const Upcaster> upcasters, Sealer* sealer) {
    const auto& kind = std::get<VariantShape>(variant.kind);
    const auto index = alternative_index(kind, stored.type);
    if (!index) return keep_unknown_type(kind, event, stored);
    if (stored.version != kind.alternatives[*index]().version)
        return decode_version(kind, upcasters, *index, event, stored, sealer);
    return decode_fields(kind, *index, event, stored, sealer);
}

} // namespace evenfold::codec
