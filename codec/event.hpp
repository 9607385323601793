/// Events to their stored form and back.
/// Shape: a stored type name, the version of its fields, and those as compact JSON. What this build does not know is an
/// Unknown where the domain has one, and is written back as it came.
/// Errors: see codec.hpp; the type is the event's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "evenfold/codec/codec.hpp"

namespace evenfold::codec {

/// A stored form whose bytes are elsewhere.
struct StoredView {
    std::string_view type;
    std::uint32_t version = 1;
    std::string_view data;
};

/// An event as a journal keeps it.
struct StoredForm {
    std::string type;
    std::uint32_t version = 1;
    std::string data;
    operator StoredView() const { return {.type = type, .version = version, .data = data}; } // NOLINT(*-explicit-*)
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

/// Reads the stored events of one variant. Finds a type by its name at once, so it is made once for many events.
class EventReader {
public:
    /// `upcasters` are not copied.
    explicit EventReader(const Shape& variant, std::span<const Upcaster> upcasters = {});

    /// Fills the variant at `event` and answers its unknown fields. Old versions are lifted by the upcasters, one step
    /// each. A name, a version or an enumerator that this build does not know makes an Unknown, in a variant that has
    /// it.
    [[nodiscard]] std::expected<std::string, DecodeError> read(void* event, const StoredView& stored) const;

private:
    [[nodiscard]] std::optional<std::size_t> place_of(std::string_view type) const;
    [[nodiscard]] std::optional<std::string> lifted(const StoredView& stored, std::uint32_t version) const;
    [[nodiscard]] std::expected<std::string, DecodeError>
    keep(void* event, const StoredView& stored, DecodeError error) const;

    const VariantShape& kind_;
    std::span<const Upcaster> upcasters_;
    std::vector<const Shape*> shapes_;   // of the alternatives
    std::vector<std::size_t> slots_;     // places of alternatives, each at the hash of its name or after it
    std::optional<std::size_t> unknown_; // the place of Unknown
};

/// One event, as an EventReader reads it.
[[nodiscard]] std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, const StoredView& stored, std::span<const Upcaster> upcasters = {});

} // namespace evenfold::codec
