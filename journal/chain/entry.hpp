/// The bytes that scheme v2 signs and hashes. docs/signed-journal.md lists them field by field.
/// Shapes: every field has a fixed size or is preceded by its length, so that two different inputs never have the same
/// bytes. Integers are big endian. Each message begins with a label of its own, so that none can stand for another.
///
///     std::string entry;
///     append_entry(entry, covered);
///     const Hash leaf = leaf_hash(entry);
///     const Hash mac = key.v2().mac({link_label, bytes_of(previous), bytes_of(stream_previous), bytes_of(leaf)});
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/chain/keys/hmac.hpp"

namespace evenfold::journal::chain {

/// Everything that the mac of an event covers besides the macs before it. The views must outlive it.
struct CoveredEvent {
    Sequence sequence = 0;
    StreamVersion version = 0;
    CommandId command;
    std::uint32_t index = 0;
    std::uint32_t count = 0;       // of the events of the command, as its receipt has it
    std::optional<Sequence> cause; // 0 in the bytes if there is none
    CommandId correlation;
    Instant at;
    Instant stored_at;
    std::uint32_t type_version = 1;
    Hash payload_hash{};
    std::string_view stream;
    std::string_view type;
    std::string_view actor;
    std::string_view key_id;          // empty for an event that is not signed
    std::string_view fingerprint;     // of the command's receipt
    std::optional<Hash> newest_empty; // the newest mac of a receipt without events; its field is empty if none
};

/// Returns the actor that rows and entries have as `name`; nothing for another text.
[[nodiscard]] std::optional<Actor> actor_named(std::string_view name);

inline constexpr std::size_t salt_bytes = 16; // of each signed event

/// Returns SHA-256 of `salt`, then `data`. The salt keeps a removed payload from being guessed by its hash.
[[nodiscard]] Hash payload_hash_of(std::string_view salt, std::string_view data);

/// Appends the bytes of `event`, of which the leaf of the tree is the hash.
void append_entry(std::string& bytes, const CoveredEvent& event);

/// Returns the event whose entry `bytes` is, or nullopt if it is none. Its texts are views of `bytes`.
[[nodiscard]] std::optional<CoveredEvent> read_entry(std::string_view bytes);

inline constexpr std::string_view link_label = "evf.link.v2";

/// The first link of a chain: the events before it are sealed by the root of their tree.
struct Genesis {
    Sequence before = 0; // the last event that is not signed
    Hash root{};         // of the tree over the events 1 to `before`
    std::string_view origin;
    std::string_view domain;
    std::string_view key_id;
};
[[nodiscard]] std::string genesis_message(const Genesis& genesis);

/// The receipt of a command without events, which no event covers. Such receipts are numbered and have a chain of their
/// own, whose newest mac is part of the next event.
struct EmptyReceipt {
    std::uint64_t number = 0; // from 1
    Sequence first = 0;       // of the next event
    CommandId command;
    std::optional<Hash> previous; // the mac of the receipt with the previous number
    std::string_view fingerprint;
    std::string_view key_id;
};
[[nodiscard]] std::string empty_receipt_message(const EmptyReceipt& receipt);

/// A change from one key to the next, which both sign.
struct KeyChange {
    std::uint64_t number = 0; // of the new key; the first key has 1
    Sequence first = 0;       // the first event under the new key
    Hash root{};              // of the tree over the events before
    Hash mac{};               // of the event before
    std::string_view old_id;
    std::string_view new_id;
};
[[nodiscard]] std::string key_change_message(const KeyChange& change);

} // namespace evenfold::journal::chain
