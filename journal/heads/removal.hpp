/// Signed removals: the statement that the payloads of some events were removed on purpose, with its author and reason.
/// Without it, a verification reports an emptied payload as damage.
/// An erasure is a removal that may change the model, and states its digest before and after. A compaction also
/// replaces some payloads by shorter ones that have the same meaning, and states their hashes.
/// Shapes: a signed note of 8 lines, 11 for an erasure, 13 for a compaction (docs/signed-journal.md), with a note
/// signature of the journal's key, whose name is the origin.
/// Errors: a NoteError with the line for a removal that cannot be trusted, a Failure for one that cannot be written.
///
///     using namespace journal::heads;
///     const SignedRemoval removal{.origin = key.verifier().name(), .ranges = {{3, 5}, {9, 9}}, .leaves = leaves,
///                                 .by = "Ada", .reason = "retention of 90 days", .time_s = 1'790'000'001};
///     const std::expected<std::string, system::Failure> note = sign_removal(key, removal);
///     if (!note) return note.error().what;
///     trust.read_removal = removal_reader({key.verifier()}); // of a `journal::chain::verify`
///     assert(trust.read_removal(*note).distrust.empty());
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/heads/note.hpp"

namespace evenfold::journal::heads {

/// The digests of the model of the first `size` events, before and after an erasure: lower-case hexadecimal digits.
struct DigestChange {
    std::uint64_t size = 0;
    std::string before;
    std::string after;
    friend bool operator==(const DigestChange&, const DigestChange&) = default;
};

/// The other statements of a compaction.
struct CompactionTerms {
    DigestChange digests;
    std::string function; // the name and version of what it was computed with: one line without spaces
    std::vector<chain::ReplacedPayload> replaced; // ascending, events that the removal names
    friend bool operator==(const CompactionTerms&, const CompactionTerms&) = default;
};

struct SignedRemoval {
    std::string origin;
    std::vector<chain::SequenceRange> ranges; // ascending, with a gap between any two, at least one
    chain::Hash leaves{};                     // SHA-256 of the leaves of these events, one after the other
    std::string by;                           // one line each, not empty
    std::string reason;
    std::uint64_t time_s = 0; // seconds since 1970
    /// Nothing: retention, which leaves the model as it was. Digests: an erasure.
    // NOLINTNEXTLINE(readability-redundant-member-init): may be left out
    std::variant<std::monostate, DigestChange, CompactionTerms> kind{};
};

/// Returns the content that a verification and `JournalSignatures::remove_payloads` need.
[[nodiscard]] chain::RemovalStatement statement_of(const SignedRemoval& removal);

/// Returns the signed note. The origin of `removal` must be the name of the key.
[[nodiscard]] std::expected<std::string, system::Failure>
sign_removal(const SigningKey& key, const SignedRemoval& removal);

/// Reads a removal that a trusted key has signed.
[[nodiscard]] std::expected<SignedRemoval, NoteError>
read_removal(std::string_view note, std::span<const VerifierKey> trusted);

/// Returns a reader for `chain::ChainTrust::read_removal`.
[[nodiscard]] chain::RemovalReader removal_reader(std::vector<VerifierKey> trusted);

} // namespace evenfold::journal::heads
