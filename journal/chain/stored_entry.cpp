#include "evenfold/journal/chain/stored_entry.hpp"

namespace evenfold::journal::chain {

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
            .payload_hash =
                key_id.empty() ? payload_hash_of({}, event.data) : hash_from(event.payload_hash).value_or(Hash{}),
            .stream = event.stream,
            .type = event.type,
            .actor = event.actor,
            .key_id = key_id,
            .fingerprint = receipt.fingerprint,
            .newest_empty = newest_empty};
}

} // namespace evenfold::journal::chain
