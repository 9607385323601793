/// Converts events to their stored form and back: a type name, the version of its fields, and the fields as compact
/// JSON. An event of a type or version that only a later build knows becomes an Unknown if the domain has one, and is
/// written back unchanged. An Upcaster converts events of earlier versions. Errors: see codec.hpp; the type is that of
/// the event. An EventReader may be shared by threads.
///
///     const Counter::Event event = Added{60};
///     const codec::StoredForm stored = codec::to_stored(shape_of<Counter::Event>(), &event);
///     assert(stored.type == "Added" && stored.data == R"({"amount":60})");
///     Counter::Event read;
///     const auto unknown_fields = codec::from_stored(shape_of<Counter::Event>(), &read, stored);
///     assert(unknown_fields && read == event);
#pragma once

#include <memory>
#include <span>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::codec {

/// A view of a StoredForm. It does not own the bytes.
struct StoredView {
    std::string_view type;
    std::uint32_t version = 1;
    std::string_view data;
};

/// An event as a journal stores it.
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
    std::string (*convert)(std::string_view data);
};

/// Returns the stored form of the alternative that the variant at `event` holds. `sealer` seals personal values. A part
/// that has no JSON or cannot be sealed is null.
[[nodiscard]] StoredForm
to_stored(const Shape& variant, const void* event, std::string_view unknown_fields = {}, Sealer* sealer = nullptr);

/// As above. Fails for an event that has no JSON, and for one with a personal value that cannot be sealed, see
/// EncodeError.
[[nodiscard]] std::expected<StoredForm, EncodeError>
try_to_stored(const Shape& variant, const void* event, Sealer* sealer = nullptr);

/// Decodes the stored events of one variant. Make one reader for many events, because its constructor builds a hash
/// table of the type names and a plan for the fields of each type. A copy shares them.
class EventReader {
public:
    /// `upcasters` must outlive the reader, because it does not copy them.
    explicit EventReader(const Shape& variant, std::span<const Upcaster> upcasters = {});

    /// Fills the variant at `event` and returns its unknown fields. Converts old versions with the upcasters, one
    /// version at a time. If the name is unknown or the version is later than that of this build, the event becomes an
    /// Unknown, or an error if the variant has no Unknown. An event of a known version that cannot be decoded is an
    /// error, also if only an upcaster or an enumerator is missing. `sealer` opens personal values, which become Erased
    /// if their key was destroyed; upcasters see them as they are, or as {"$erased":true}.
    [[nodiscard]] std::expected<std::string, DecodeError>
    read(void* event, const StoredView& stored, Sealer* sealer = nullptr) const;

private:
    struct Plans;

    const VariantShape& kind_;
    std::span<const Upcaster> upcasters_;
    std::shared_ptr<const Plans> plans_;
};

/// Decodes one event, as an EventReader does, but without its tables.
[[nodiscard]] std::expected<std::string, DecodeError>
from_stored(const Shape& variant, void* event, const StoredView& stored, std::span<const Upcaster> upcasters = {},
            Sealer* sealer = nullptr);

} // namespace evenfold::codec
