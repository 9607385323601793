/// The keys of a journal in the order in which they are in force, and their secrets.
/// Shapes: a key is checked when the pass reaches its first event: the genesis for the first key, and two signatures
/// for each later one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"

namespace evenfold::journal::chain {

/// The key that is in force.
struct KeyInForce {
    const KeyRow* row = nullptr;
    const JournalKey* secret = nullptr; // null if the verification has none, and checks no macs
    KeyScheme scheme = KeyScheme::v2;
};

/// The journal as far as it is verified.
struct VerifiedPart {
    Hash mac{}; // of the last event, or the genesis
    TreeFrontier tree;
};

class KeySchedule {
public:
    /// Both must outlive it.
    KeySchedule(const ChainStart& start, const ChainTrust& trust);

    /// Brings the key into force whose first event is `due`, if there is one. Sets the mac of `part` to the genesis.
    [[nodiscard]] Checked reach(Sequence due, VerifiedPart& part);

    /// Brings the keys into force that were behind event `size`, without checks: a signed head proves them.
    void resume(Sequence size);

    /// Fails if a key was never in force, since its first event is past `head` or before that of the key before it.
    [[nodiscard]] Checked finish(Sequence head) const;

    /// Returns the key in force, or nullptr before the first signed event.
    [[nodiscard]] const KeyInForce* current() const { return current_ ? &*current_ : nullptr; }
    [[nodiscard]] const KeyRow* row(std::uint64_t number) const;
    /// Returns the secret of a key that is or was in force.
    [[nodiscard]] const JournalKey* secret(std::string_view id) const;
    [[nodiscard]] bool has_keys() const { return !start_->keys.empty(); }

private:
    [[nodiscard]] Checked check_form(const KeyRow& row, Sequence due) const;
    [[nodiscard]] Checked check_genesis(const KeyInForce& key, VerifiedPart& part) const;
    [[nodiscard]] Checked check_change(const KeyInForce& key, const VerifiedPart& part) const;

    const ChainStart* start_;
    const ChainTrust* trust_;
    std::optional<KeyInForce> current_;
    std::size_t next_ = 0; // index in start_->keys
    bool has_unreachable_ = false;
};

} // namespace evenfold::journal::chain
