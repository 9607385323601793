/// Compares signed heads, from the journal and from anchors, with the tree when the pass reaches their sizes.
/// Shapes: heads by size, those of the journal first. The statement of a head comes from its note, which is signed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"

namespace evenfold::journal::chain {

class HeadChecks {
public:
    /// All must outlive it.
    HeadChecks(ChainSource& source, const ChainTrust& trust, const ChainStart& start);

    /// Compares the heads whose size the tree has reached.
    [[nodiscard]] Checked reach(const TreeFrontier& tree);

    /// Returns the tree of a stored head if it is signed by a trusted key, so that a verification can begin behind it.
    [[nodiscard]] std::expected<TreeFrontier, VerifyStop> check_beginning(const HeadRow& row);

    /// Fails if a head is larger than the whole tree.
    [[nodiscard]] Checked finish(const TreeFrontier& tree);

    [[nodiscard]] const std::optional<AnchoredSize>& anchored() const { return anchored_; }
    /// Returns the number of heads whose signature was not checked.
    [[nodiscard]] std::uint64_t unsigned_heads() const { return unsigned_heads_; }

private:
    /// A head from outside, with its statement.
    struct OutsideHead {
        const AnchoredHead* head = nullptr;
        HeadStatement statement;
    };

    [[nodiscard]] std::expected<bool, VerifyStop> load();
    [[nodiscard]] Checked check_stored(const HeadRow& row, const TreeFrontier* tree);
    [[nodiscard]] Checked check_statement(const HeadStatement& statement, const TreeFrontier* tree);

    ChainSource* source_;
    const ChainTrust* trust_;
    const ChainStart* start_;
    RowAhead<HeadRow> stored_;
    std::vector<OutsideHead> outside_; // by size
    std::size_t next_outside_ = 0;
    std::uint64_t last_good_ = 0;
    std::optional<AnchoredSize> anchored_;
    std::uint64_t unsigned_heads_ = 0;
};

} // namespace evenfold::journal::chain
