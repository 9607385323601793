#include "evenfold/journal/removal_check.hpp"

#include <algorithm>
#include <string>

#include "evenfold/journal/chain/entry.hpp"

namespace evenfold::journal {

namespace {

Failure cannot_remove(const std::string& because) {
    return {.kind = FailureKind::invalid,
            .what = "the payloads cannot be removed: " + because,
            .remedy = "sign a removal of this journal as it is now; nothing was changed"};
}

/// Returns whether each event that `removal` replaces has a payload with the hash that it states.
bool has_new_payloads(const PayloadRemoval& removal) {
    const auto& replaced = removal.statement.replaced;
    return std::ranges::equal(replaced, removal.replacing,
                              [](const chain::ReplacedPayload& stated, const NewPayload& payload) {
                                  return !payload.data.empty() && payload.salt.size() == chain::salt_bytes &&
                                         chain::payload_hash_of(payload.salt, payload.data) == stated.payload_hash;
                              });
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
    if (!has_new_payloads(removal))
        return std::unexpected(cannot_remove("the new payloads are not those of the removal"));
    return RemovalCheck(removal);
}

std::optional<PayloadChange> RemovalCheck::add(const chain::EventRow& row, const chain::Hash& leaf) {
    leaves_.update(chain::bytes_of(leaf));
    if (row.removed && row.data.empty()) return std::nullopt;
    PayloadChange change;
    change.payload_hash = row.mac.empty() && !row.removed ? chain::payload_hash_of({}, row.data)
                                                          : chain::hash_from(row.payload_hash).value_or(chain::Hash{});
    const auto& replaced = removal_->statement.replaced;
    if (replaced_ < replaced.size() && replaced[replaced_].sequence == row.sequence) {
        const NewPayload& payload = removal_->replacing[replaced_++];
        change.data = payload.data;
        change.salt = payload.salt;
    }
    return change;
}

std::expected<void, Failure> RemovalCheck::finish() {
    if (!chain::equal_in_constant_time(leaves_.finish(), removal_->statement.leaves))
        return std::unexpected(cannot_remove("the removal is that of other events"));
    if (replaced_ < removal_->replacing.size())
        return std::unexpected(cannot_remove("the payload of event " +
                                             std::to_string(removal_->statement.replaced[replaced_].sequence) +
                                             " cannot be replaced, because it was removed"));
    return {};
}

} // namespace evenfold::journal
