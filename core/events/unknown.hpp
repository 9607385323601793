/// `Unknown`: an event that this build does not know, because a later build wrote it. A domain that lists it among its
/// events can read such a journal: the event is kept verbatim, `project` ignores it, and it is written back unchanged.
/// In a domain without it, reading the event fails. Shape: the stored type name, its version, and the payload's bytes.
/// Source: docs/codec.md, "Stored events".
///
///     using Event = std::variant<Added, Cleared, Unknown>; // Unknown comes last
///     Event event;
///     const auto read = codec::from_stored(shape_of<Event>(), &event, {.type = "Halved", .data = R"({"by":2})"});
///     assert(read && std::get<Unknown>(event).kind == "Halved");
#pragma once

#include <cstdint>
#include <string>

#include "evenfold/core/reflection/structure.hpp"

namespace evenfold {

struct Unknown {
    EVENFOLD_STRUCT(Unknown, (std::string, kind), (std::uint32_t, version), (std::string, bytes));
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

} // namespace evenfold
