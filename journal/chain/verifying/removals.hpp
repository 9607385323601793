/// Checks that each emptied or replaced payload is named by a signed removal, and that the removal means these very
/// events.
/// Shapes: a removal has the hash of the leaves of its events, computed while the pass goes through them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"

namespace evenfold::journal::chain {

class RemovalChecks {
public:
    RemovalChecks(const ChainStart& start, const ChainTrust& trust);

    /// Leaves out the hashes of removals of which events are before `first`, because their leaves are not seen.
    void begin_at(Sequence first);

    /// Fails unless the removal of the event `due` is signed, of this journal, and names that event, and its payload is
    /// empty, or the one with which a compaction has replaced it.
    [[nodiscard]] Checked check(const EventRow& row, Sequence due) const;

    /// Adds the leaf of the event `due` to the removals that name it. Compares their hash after the last one.
    [[nodiscard]] Checked add_leaf(Sequence due, const Hash& leaf);

private:
    struct NamedRemoval {
        std::uint64_t number = 0;
        RemovalStatement statement;
        Sha256 leaves;
    };
    struct NamedRange {
        SequenceRange range;
        std::size_t removal = 0; // index in removals_
    };

    std::vector<NamedRemoval> removals_;
    std::vector<NamedRange> ranges_; // by first event
    std::size_t next_range_ = 0;
    std::vector<NamedRange> active_; // ranges that the pass is in
};

} // namespace evenfold::journal::chain
