/// Anchors: places outside a journal that keep its signed heads, so that a later change of the journal's history is
/// noticed even if whoever made it has all of the journal's keys.
/// Shapes: a head is a note (journal/heads/head.hpp). An anchor that can be read takes only heads whose tree begins
/// with the tree of its last head. The caller proves this when asked, because only the anchor knows its last head.
/// Threads: one thread uses an Anchor; several processes and threads may use Anchors of one place at the same time.
/// `publish` may take as long as the place needs, so an append must never wait for it.
/// Errors: a Failure; FailureKind::inconsistent if the head does not continue the history that the anchor has.
///
///     using namespace reactors::anchors;
///     const std::unique_ptr<Anchor> anchor = open_file_anchor("heads");
///     const auto receipt = anchor->publish({.note = head, .trusted = {key.verifier()}, .consistency = prove});
///     if (!receipt) return receipt.error().what;
///     trust.heads = anchor->heads().value(); // of a `journal::chain::verify`
///     assert(anchor->newest().value()->note == head);
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::reactors::anchors {

using journal::chain::AnchoredHead;
using system::Failure;
using system::FailureKind;

/// Returns the note as a head that `anchor` has kept, with the time that its signer has stated. Signatures are not
/// checked; the time is that of 1970 if the note has none.
[[nodiscard]] AnchoredHead anchored_head(std::string anchor, std::string note);

/// Returns the proof that the tree of the published head begins with the tree of `old_size` leaves, as
/// `journal::chain::consistency_proof` does. `old_size` is 1 to the size of the published head.
using ConsistencySource = std::function<std::expected<journal::chain::TreeProof, Failure>(std::uint64_t old_size)>;

struct HeadPublication {
    std::string note;                                 // the signed head
    std::vector<journal::heads::VerifierKey> trusted; // the journal's keys, with earlier ones
    ConsistencySource consistency;                    // is called while the anchor is locked
    std::uint64_t old_size = 0;                       // of the head that this anchor took last, if it cannot be read
};

struct AnchorReceipt {
    std::string response; // for a person: the place of the head, or the output of a program
    std::string note;     // the head, with the cosignatures that witnesses added
    friend bool operator==(const AnchorReceipt&, const AnchorReceipt&) = default;
};

class Anchor {
public:
    Anchor() = default;
    Anchor(const Anchor&) = delete;
    Anchor& operator=(const Anchor&) = delete;
    virtual ~Anchor() = default;

    /// Returns the text that names the anchor, as `parse_anchor` reads it.
    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Keeps the head durably. A head of the size and root of the newest one is kept already: nothing changes.
    [[nodiscard]] virtual std::expected<AnchorReceipt, Failure> publish(const HeadPublication& publication) = 0;

    /// Returns the newest head; nothing if there is none, or if the anchor cannot be read. Signatures are not checked.
    [[nodiscard]] virtual std::expected<std::optional<AnchoredHead>, Failure> newest() = 0;

    /// Returns all heads, the oldest first; none if the anchor cannot be read. Signatures are not checked.
    [[nodiscard]] virtual std::expected<std::vector<AnchoredHead>, Failure> heads() = 0;
};

} // namespace evenfold::reactors::anchors
