#include "evenfold/journal/chain/stored_entry.hpp"

namespace evenfold::journal::chain {

namespace {

/// The payload of an event that is not signed has its hash only if it was removed.
Hash payload_hash_in(const EventRow& event, bool is_signed) {
    if (!is_signed && !event.removed) return payload_hash_of({}, event.data);
    return hash_from(event.payload_hash).value_or(Hash{});
}

} // namespace

CoveredEvent covered_event(const EventRow& event, const ReceiptRow& receipt, std::string_view key_id,
                           const std::optional<Hash>& newest_empty) {
    return {.sequence = event.sequence,
            .version = event.version,
            .command = event.command,
            .index = event.index,
            .count = receipt.count,
            .cause = event.cause,
            .correlation = event.correlation,
            .at = event.at,
            .stored_at = event.stored_at,
            .type_version = event.type_version,
            .payload_hash = payload_hash_in(event, !key_id.empty()),
            .stream = event.stream,
            .type = event.type,
            .actor = event.actor,
            .key_id = key_id,
            .fingerprint = receipt.fingerprint,
            .newest_empty = newest_empty};
}

} // namespace evenfold::journal::chain
