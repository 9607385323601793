/// New ids and the current time: the two things that the core never makes for itself.
/// Shapes: ids are version 7, so they sort by the time they were made; instants are the system clock's milliseconds.
/// Source: RFC 9562, section 5.7.
#pragma once

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold::kernel {

/// The system clock's time.
[[nodiscard]] Instant now();

/// A new id: 48 bits of time, 74 bits of the system's randomness.
[[nodiscard]] Uuid fresh_uuid();

template <class AnyId>
[[nodiscard]] AnyId fresh() {
    return AnyId{fresh_uuid()};
}

} // namespace evenfold::kernel
