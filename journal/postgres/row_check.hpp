/// Compares events, receipts and the head with each other, beyond what the constraints of the tables guarantee.
/// Errors: damage, with the first event or receipt that contradicts others.
#pragma once

#include <expected>

#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// Checks the last 16 events and the head. O(1).
[[nodiscard]] std::expected<void, Failure> check_tail(ServerConnection& connection);

/// Checks all events and all receipts, in one snapshot. O(n log n). The session must not be used afterwards.
[[nodiscard]] std::expected<void, Failure> check_all_rows(ServerConnection& connection);

} // namespace evenfold::journal::postgres
