/// Events to their stored form and back.
/// Shape: a stored type name, the version of its fields, and those as compact JSON. What this build does not know is an
/// Unknown where the domain has one, and is written back as it came.
/// Errors: see codec.hpp; the type is the event's.
#pragma once

#include <span>

#include "evenfold/codec/codec.hpp"

namespace evenfold::codec {

/// An event as a journal keeps it.
struct StoredForm {
    std::string type;
    std::uint32_t version = 1;
    std::string data;
    friend bool operator==(const StoredForm&, const StoredForm&) = default;
};

/// How the fields of version `from` of an event become those of the next version.
struct Upcaster {
    std::string_view type;
    std::uint32_t from;
    std::string (*lift)(std::string_view data);
};

/// The stored form of the alternative that the variant at `event` holds.
[[nodiscard]] StoredForm to_stored(const Shape& variant, const void* event, std::string_view unknown_fields = {});

/// Fills the variant at `event` and answers its unknown fields. Old versions are lifted by `upcasters`, one step each.
/// A name, a version or an enumerator that this build does not know makes an Unknown, in a variant that has it.
[[nodiscard]] std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, StoredForm stored, std::span<const Upcaster> upcasters = {});

} // namespace evenfold::codec
