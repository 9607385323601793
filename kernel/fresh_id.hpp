/// New ids and the current time, which the core never creates by itself. Any thread may call these functions.
/// Ids are version 7, so they sort by creation time; instants are milliseconds of the system clock.
/// Source: RFC 9562, section 5.7.
///
///     const auto id = kernel::fresh<CommandId>();
///     assert(id != kernel::fresh<CommandId>());
///     const Instant at = kernel::now();
#pragma once

#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold::kernel {

/// Returns the time of the system clock.
[[nodiscard]] Instant now();

/// Returns a new id: 48 bits of time, 74 bits from the system's random generator.
[[nodiscard]] Uuid fresh_uuid();

template <class AnyId>
[[nodiscard]] AnyId fresh() {
    return AnyId{fresh_uuid()};
}

} // namespace evenfold::kernel
