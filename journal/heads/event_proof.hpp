/// Evidence for one event: its entry, a signed head and a proof of inclusion. Whoever trusts the journal's verifier key
/// can check it without the journal and without a secret.
/// Shapes: the text form of C2SP tlog-proof, with the bytes of the entry as its `extra` data (docs/signed-journal.md).
/// Bounds: 64 hashes, since no tree is higher; the whole text has at most 2,000,000 bytes.
/// Errors: a NoteError with the line of the proof.
///
///     using namespace journal::heads;
///     const std::string text = to_text(EventProof{.entry = entry, .index = 1, .hashes = hashes, .head = head});
///     const std::expected<EventProof, NoteError> proof = parse_proof(text);
///     if (!proof) return to_text(proof.error());
///     const std::expected<SignedHead, NoteError> proven = check_proof(*proof, trusted);
///     if (!proven) return to_text(proven.error());
///     assert(proven->tree.size == 3);
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/heads/head.hpp"

namespace evenfold::journal::heads {

inline constexpr std::size_t proof_bytes_max = 2'000'000;
inline constexpr std::size_t proof_hashes_max = 64;

struct EventProof {
    std::string entry;       // what the leaf of the event hashes
    std::uint64_t index = 0; // the sequence of the event, minus 1
    chain::TreeProof hashes; // of the inclusion in the tree of the head
    std::string head;        // a signed note
    friend bool operator==(const EventProof&, const EventProof&) = default;
};

[[nodiscard]] std::string to_text(const EventProof& proof);

/// Reads the form of a proof. It proves nothing yet.
[[nodiscard]] std::expected<EventProof, NoteError> parse_proof(std::string_view text);

/// Returns the head that a trusted key has signed and that contains the event.
[[nodiscard]] std::expected<SignedHead, NoteError>
check_proof(const EventProof& proof, std::span<const VerifierKey> trusted);

} // namespace evenfold::journal::heads
