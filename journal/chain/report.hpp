/// `ChainReport`: the result of a verification: how far the journal is proven, and the first place where it is not.
/// Shapes: the reasons are a closed set; docs/signed-journal.md says when each applies and which place it names.
/// Remarks are no errors: they say what a reader must know to judge the result. In JSON: docs/signed-journal.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"

namespace evenfold::journal::chain {

enum class BreakReason : std::uint8_t {
    format,
    seq_gap,
    duplicate_id,
    is_unsigned, // "unsigned" in JSON
    payload_mismatch,
    removal_unproven,
    unknown_key,
    prev_mismatch,
    mac_mismatch,
    receipt_mismatch,
    genesis_mismatch,
    head_invalid,
    truncated,
    fork,
};

enum class RemarkKind : std::uint8_t {
    time_regression,  // an event was stored at an earlier time than the one before it
    development_key,  // signed with the published key, so that anybody could have done it
    compat_scheme,    // signed under compat-v1, whose macs cover no time, id, order or actor
    unsigned_prefix,  // from before signing began; sealed by the genesis
    no_anchor,        // no head from outside the journal was given
    not_anchored,     // after the newest head from outside
    removed_payloads, // payloads that a signed removal has emptied
    compacted,        // payloads that a signed compaction has replaced by shorter ones
    no_secret,        // macs were not checked
    no_signer,        // signatures of heads were not checked
    retired_key,      // signed with a key that was replaced later
    stream_end,       // whether a stream has later events is only shown by a verification of all events
};

/// Return the names in JSON.
[[nodiscard]] std::string_view name_of(BreakReason reason);
[[nodiscard]] std::string_view name_of(RemarkKind kind);

/// The first place at which a journal is not as it was signed.
struct ChainBreak {
    BreakReason reason = BreakReason::format;
    Sequence broken_at = 0;
    std::string stream; // of the event at that place; empty if there is none
    StreamVersion version = 0;
    std::string detail; // for people
};

struct ChainRemark {
    RemarkKind kind = RemarkKind::no_anchor;
    Sequence from = 0; // the first event that it is about; 0 if it is about the whole journal
    std::uint64_t count = 0;
    friend bool operator==(const ChainRemark&, const ChainRemark&) = default;
};

/// A key, and the number of events that are signed with it.
struct KeyUse {
    std::string id;
    std::string scheme;
    std::uint64_t events = 0;
    friend bool operator==(const KeyUse&, const KeyUse&) = default;
};

/// The newest head from outside the journal that it agrees with.
struct AnchoredSize {
    std::uint64_t size = 0;
    std::string anchor;
    Instant at;
    friend bool operator==(const AnchoredSize&, const AnchoredSize&) = default;
};

/// A part of a journal that was verified alone.
struct ProvenPart {
    JournalPart part;
    std::optional<TreeHead> head; // the signed one whose tree has its events; absent if it proves nothing
};

struct ChainReport {
    std::optional<std::string> stream; // the only one that was verified in its journal; absent: all
    std::optional<ProvenPart> part;    // the only one that was verified; absent: all
    Sequence first = 1;                // the event at which the verification began; those before it are a head's
    std::optional<ChainBreak> broken;  // absent: nothing was changed
    std::uint64_t events = 0;          // that were verified before the break, or all
    Sequence head = 0;                 // the last of them
    std::uint64_t signed_events = 0;
    std::uint64_t removed = 0;
    std::optional<Hash> mac; // of the last verified event, if it is signed
    Hash root{};             // of the verified events; of no use for one stream or a part
    std::vector<KeyUse> keys;
    std::optional<AnchoredSize> anchored;
    std::vector<ChainRemark> remarks;

    [[nodiscard]] bool ok() const { return !broken; }
};

/// Returns the report as one line of JSON. Bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string to_json(const ChainReport& report);

} // namespace evenfold::journal::chain
