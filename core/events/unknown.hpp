/// An event that this build does not know: kept verbatim, ignored by the fold, written back unchanged.
/// Shape: the stored type name, its version, and the payload's bytes.
/// Source: docs/codec.md, "Stored events". Any domain may have it among its events.
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
