#include "evenfold/journal/removal_check.hpp"

#include <string>

#include "evenfold/journal/chain/entry.hpp"

namespace evenfold::journal {

namespace {

Failure cannot_remove(const std::string& because) {
    return {.kind = FailureKind::invalid,
            .what = "the payloads cannot be removed: " + because,
            .remedy = "sign a removal of this journal as it is now; nothing was changed"};
}

} // namespace

std::expected<chain::Hash, Failure> leaves_of(JournalTree& tree, std::span<const chain::SequenceRange> ranges) {
    Sha256 leaves;
    for (const chain::SequenceRange& range : ranges) {
        for (Sequence sequence = range.first; sequence <= range.last; ++sequence) {
            const auto entry = tree.entry_of(sequence);
            if (!entry) return std::unexpected(entry.error());
            leaves.update(chain::bytes_of(chain::leaf_hash(*entry)));
        }
    }
    return leaves.finish();
}

std::expected<RemovalCheck, Failure>
RemovalCheck::begin(const PayloadRemoval& removal, std::string_view origin, Sequence head) {
    const chain::RemovalStatement& statement = removal.statement;
    if (!statement.distrust.empty())
        return std::unexpected(cannot_remove("the removal is not valid: " + statement.distrust));
    if (statement.origin != origin)
        return std::unexpected(cannot_remove("the removal is that of another journal, '" + statement.origin + "'"));
    if (statement.ranges.empty()) return std::unexpected(cannot_remove("the removal names no event"));
    if (const Sequence last = statement.ranges.back().last; last > head)
        return std::unexpected(cannot_remove("the removal names event " + std::to_string(last) +
                                             ", but the journal ends at event " + std::to_string(head)));
    return RemovalCheck(removal);
}

std::optional<chain::Hash> RemovalCheck::add(const chain::EventRow& row, const chain::Hash& leaf) {
    leaves_.update(chain::bytes_of(leaf));
    if (row.removed) return std::nullopt;
    if (row.mac.empty()) return chain::payload_hash_of({}, row.data);
    return chain::hash_from(row.payload_hash).value_or(chain::Hash{});
}

std::expected<void, Failure> RemovalCheck::finish() {
    if (chain::equal_in_constant_time(leaves_.finish(), removal_->statement.leaves)) return {};
    return std::unexpected(cannot_remove("the removal is that of other events"));
}

} // namespace evenfold::journal
