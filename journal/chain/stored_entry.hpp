/// The entry of an event that is stored already: the bytes that its leaf hashes.
/// Shapes: rows of a `ChainSource`. The values are taken as they are; a verification checks them first.
#pragma once

#include <optional>
#include <string_view>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/chain/source.hpp"

namespace evenfold::journal::chain {

/// Returns the fields that the leaf of `event` covers. `key_id` is empty if the event is not signed; else its payload
/// hash must be one. The rows must outlive the result.
[[nodiscard]] CoveredEvent covered_event(const EventRow& event, const ReceiptRow& receipt, std::string_view key_id,
                                         const std::optional<Hash>& newest_empty);

} // namespace evenfold::journal::chain
