/// Commands with other ids, to find out whether a domain keeps something between its calls.
/// Cost: one copy of a command, or one more history.
#pragma once

#include <cstdint>

#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

/// Changes the ids in the object to those of the copy of that number, below 16. Copy 0 is the object itself. Ids in
/// sequences stay as they are.
void rename_ids(const Shape& shape, void* object, std::uint8_t copy);

/// Returns the command with the ids of that copy.
[[nodiscard]] AnyPointer with_other_ids(const AnyTestable& domain, const void* command, std::uint8_t copy);

/// Returns the history of the same commands with the ids of that copy.
[[nodiscard]] AnyPointer history_with_other_ids(const AnyHistory& history, std::uint8_t copy);

} // namespace evenfold::testing
