/// Verifies a signed journal: whether anything was changed since it was written, and the first place.
/// Shapes: one pass over the rows of a `ChainSource`, in constant memory, except for the lists of keys and removals.
/// The first check that fails ends the pass; everything before its place is proven. Nothing is written.
/// Trust comes from the caller alone, never from the journal: the secrets, and functions that check the signatures of
/// notes. Without secrets, `public_only` checks everything except the macs.
/// Threads: a verification uses its source from the calling thread only.
/// Errors: a Failure if the source cannot be read; a changed journal is a report, not an error.
///
///     using namespace journal::chain;
///     ChainTrust trust;
///     trust.secrets.push_back(JournalKey::from_secret(secret).value());
///     const std::expected<ChainReport, system::Failure> report = verify(source, trust);
///     assert(report && !report->ok());
///     assert(report->broken->reason == BreakReason::mac_mismatch);
///     assert(report->broken->broken_at == 2);
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/report.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"

namespace evenfold::journal::chain {

/// The content of a signed head's note.
struct HeadStatement {
    std::string origin;
    TreeHead tree;
    std::string distrust; // why its signature proves nothing; empty if a trusted signer has signed it
};
using HeadReader = std::function<HeadStatement(std::string_view note)>;

/// Events `first` to `last`.
struct SequenceRange {
    Sequence first = 0;
    Sequence last = 0;
};

/// The hash of the payload, with its salt, that a compaction has put in the place of the signed one.
struct ReplacedPayload {
    Sequence sequence = 0;
    Hash payload_hash{};
    friend bool operator==(const ReplacedPayload&, const ReplacedPayload&) = default;
};

/// The content of a removal's note.
struct RemovalStatement {
    std::string origin;
    std::vector<SequenceRange> ranges;     // ascending
    Hash leaves{};                         // SHA-256 of the leaves of these events, one after the other
    std::vector<ReplacedPayload> replaced; // ascending, events of the ranges; the payloads of the others are empty
    std::string distrust;                  // as above

    /// Returns whether the removal names the event.
    [[nodiscard]] bool has(Sequence sequence) const;
    /// Returns the payload that replaces that of the event; null if none does.
    [[nodiscard]] const ReplacedPayload* replacing(Sequence sequence) const;
};
using RemovalReader = std::function<RemovalStatement(std::string_view note)>;

/// A head as an anchor outside the journal has kept it.
struct AnchoredHead {
    std::string anchor; // its name, for the report
    std::string note;
    Instant at;
};

struct ChainTrust {
    std::vector<JournalKey> secrets;
    bool public_only = false;        // no macs are checked, so no secret is needed
    HeadReader read_head;            // empty: heads in the journal are compared with the tree, their signatures are not
    RemovalReader read_removal;      // empty: no removal is proven
    std::vector<AnchoredHead> heads; // from anchors; they need `read_head`
    FirstPrevious first_previous = FirstPrevious::empty; // under compat-v1
};

/// The events to verify.
enum class VerifyScope : std::uint8_t {
    all,
    /// Those behind the newest head in the journal, which must be signed by a trusted key. All events if there is none,
    /// or if the source cannot begin there.
    from_head
};

/// Called now and then with the number of events that are verified, and that of all.
using VerifyProgress = std::function<void(std::uint64_t verified, std::uint64_t all)>;

/// Verifies the events of `source` up to its head when the pass begins.
[[nodiscard]] std::expected<ChainReport, system::Failure> verify(ChainSource& source, const ChainTrust& trust,
                                                                 VerifyScope scope = VerifyScope::all,
                                                                 const VerifyProgress& progress = {});

/// Verifies the events of one stream alone: each as it was signed, with the one before it in the stream. Keys and
/// events of other streams are not checked, so only a verification of all events shows whether its end was cut off.
/// O(events of the stream), if the source can read one.
[[nodiscard]] std::expected<ChainReport, system::Failure>
verify_stream(ChainSource& source, const ChainTrust& trust, std::string_view stream);

/// Verifies the events of a part of a journal: each has a proof of inclusion in the newest head of `source`, which must
/// be signed by a trusted key. So `trust.read_head` is needed. Events are missing in the middle of neither the part nor
/// its stream; whether the stream has later ones is not shown. Changes of keys are not checked.
[[nodiscard]] std::expected<ChainReport, system::Failure>
verify_part(ChainSource& source, const ChainTrust& trust, const JournalPart& part);

} // namespace evenfold::journal::chain
