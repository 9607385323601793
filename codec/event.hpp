/// Converts events to their stored form and back: a type name, the version of its fields, and the fields as compact
/// JSON. An event that this build does not know becomes an Unknown if the domain has one, and is written back
/// unchanged. An Upcaster converts events of earlier versions. Errors: see codec.hpp; the type is that of the event.
/// An EventReader may be shared by threads.
///
///     const Counter::Event event = Added{60};
///     const codec::StoredForm stored = codec::to_stored(shape_of<Counter::Event>(), &event);
///     assert(stored.type == "Added" && stored.data == R"({"amount":60})");
///     Counter::Event read;
///     const auto unknown_fields = codec::from_stored(shape_of<Counter::Event>(), &read, stored);
///     assert(unknown_fields && read == event);
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "evenfold/codec/codec.hpp"

namespace evenfold::codec {

/// A stored form that does not own its bytes.
struct StoredView {
    std::string_view type;
    std::uint32_t version = 1;
    std::string_view data;
};

/// An event in the form in which a journal keeps it.
struct StoredForm {
    std::string type;
    std::uint32_t version = 1;
    std::string data;
    operator StoredView() const { return {.type = type, .version = version, .data = data}; } // NOLINT(*-explicit-*)
    friend bool operator==(const StoredForm&, const StoredForm&) = default;
};

/// Converts the fields of version `from` of an event to those of the next version.
struct Upcaster {
    std::string_view type;
    std::uint32_t from;
    std::string (*lift)(std::string_view data);
};

/// Returns the stored form of the alternative that the variant at `event` holds.
[[nodiscard]] StoredForm to_stored(const Shape& variant, const void* event, std::string_view unknown_fields = {});

/// Reads the stored events of one variant. It builds a hash table of type names, so make it once for many events.
class EventReader {
public:
    /// `upcasters` must outlive the reader, because they are not copied.
    explicit EventReader(const Shape& variant, std::span<const Upcaster> upcasters = {});

    /// Fills the variant at `event` and returns its unknown fields. Lifts old versions with the upcasters, one step at
    /// a time. Produces an Unknown, if the variant has it, for a name, version or enumerator that this build does not
    /// know.
    [[nodiscard]] std::expected<std::string, DecodeError> read(void* event, const StoredView& stored) const;

private:
    [[nodiscard]] std::optional<std::size_t> place_of(std::string_view type) const;
    [[nodiscard]] std::optional<std::string> lifted(const StoredView& stored, std::uint32_t version) const;
    [[nodiscard]] std::expected<std::string, DecodeError>
    keep(void* event, const StoredView& stored, DecodeError error) const;

    const VariantShape& kind_;
    std::span<const Upcaster> upcasters_;
    std::vector<const Shape*> shapes_;   // of the alternatives
    std::vector<std::size_t> slots_;     // indices of alternatives, each at the hash of its name or after it
    std::optional<std::size_t> unknown_; // index of Unknown
};

/// Reads one event as an EventReader does.
[[nodiscard]] std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, const StoredView& stored, std::span<const Upcaster> upcasters = {});

} // namespace evenfold::codec
