/// Signs the heads of a journal when they are due, and stores them in it.
/// Shapes: a head is due a number of events, or a time, after the newest one, whichever comes first, and when a writer
/// closes. Whoever has the signing key signs: the writer, or another process that opens the journal with
/// `Access::add_heads`, which needs no key of the events.
/// Errors: a Failure of the journal; `inconsistent` if the journal does not continue the history of its newest head,
/// which is not signed then; `invalid` if the key has another name than the journal.
///
///     using namespace journal::heads;
///     const auto head = sign_newest_head(*opened.signatures(), {.key = key, .earlier = {}}, kernel::now());
///     if (!head) return head.error().what;
///     assert(*head && (**head).size == opened.head());
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal::heads {

struct HeadSchedule {
    std::uint64_t events = 1'000;
    std::int64_t interval_ms = 60'000;
};

/// The newest head of a journal, and when it was signed. All zero: there is none.
struct LastSigned {
    std::uint64_t size = 0;
    Instant at;
};

/// Returns whether a head of a journal with `size` events is due at `now`.
[[nodiscard]] bool is_head_due(const HeadSchedule& schedule, const LastSigned& last, std::uint64_t size, Instant now);

/// Returns the names, the keys and the head of a journal.
[[nodiscard]] std::expected<chain::ChainStart, Failure> chain_start(JournalSignatures& signatures);

struct HeadSigning {
    const SigningKey& key;
    std::span<const VerifierKey> earlier; // of signers before this key, whose heads are trusted
};

/// Signs the journal as it is now, and stores the head, unless the newest stored head has its size. Returns the newest
/// head; nothing if the journal has no events.
[[nodiscard]] std::expected<std::optional<chain::HeadRow>, Failure>
sign_newest_head(JournalSignatures& signatures, const HeadSigning& signing, Instant now);

} // namespace evenfold::journal::heads
