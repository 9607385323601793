#include "evenfold/journal/chain/verifying/removals.hpp"

#include <algorithm>

#include "evenfold/journal/chain/entry.hpp"

namespace evenfold::journal::chain {

bool RemovalStatement::has(Sequence sequence) const {
    const auto range = std::ranges::lower_bound(ranges, sequence, {}, &SequenceRange::last);
    return range != ranges.end() && range->first <= sequence;
}

const ReplacedPayload* RemovalStatement::replacing(Sequence sequence) const {
    const auto payload = std::ranges::lower_bound(replaced, sequence, {}, &ReplacedPayload::sequence);
    return payload != replaced.end() && payload->sequence == sequence ? &*payload : nullptr;
}

RemovalChecks::RemovalChecks(const ChainStart& start, const ChainTrust& trust) {
    for (const RemovalRow& row : start.removals) {
        RemovalStatement statement;
        statement.distrust = "no key of a signer was given";
        if (trust.read_removal) statement = trust.read_removal(row.note);
        if (statement.distrust.empty() && statement.origin != start.origin)
            statement.distrust = "it is that of another journal: '" + statement.origin + "'";
        const std::size_t index = removals_.size();
        if (statement.distrust.empty()) {
            for (const SequenceRange& range : statement.ranges) ranges_.push_back({range, index});
        }
        removals_.push_back({row.number, std::move(statement), Sha256()});
    }
    std::ranges::sort(ranges_, {}, [](const NamedRange& named) { return named.range.first; });
}

void RemovalChecks::begin_at(Sequence first) {
    std::erase_if(ranges_, [&](const NamedRange& named) {
        return removals_[named.removal].statement.ranges.front().first < first;
    });
}

Checked RemovalChecks::check(const EventRow& row, Sequence due) const {
    const std::uint64_t number = *row.removed;
    const auto removal = std::ranges::find(removals_, number, &NamedRemoval::number);
    const auto unproven = [&](const std::string& detail) {
        return broken(BreakReason::removal_unproven, due, "the removal " + std::to_string(number) + detail);
    };
    if (removal == removals_.end()) return unproven(" does not exist");
    const RemovalStatement& statement = removal->statement;
    if (!statement.distrust.empty()) return unproven(" is not valid: " + statement.distrust);
    if (!statement.has(due)) return unproven(" does not name this event");
    const auto mismatch = [&](const char* detail) { return broken(BreakReason::payload_mismatch, due, detail); };
    const ReplacedPayload* replaced = statement.replacing(due);
    if (!replaced) return row.data.empty() && row.salt.empty() ? Checked() : mismatch("a removed payload is not empty");
    if (!equal_in_constant_time(payload_hash_of(row.salt, row.data), replaced->payload_hash))
        return mismatch("the payload does not have the hash that the compaction states");
    return {};
}

Checked RemovalChecks::add_leaf(Sequence due, const Hash& leaf) {
    for (; next_range_ < ranges_.size() && ranges_[next_range_].range.first <= due; ++next_range_)
        active_.push_back(ranges_[next_range_]);
    for (const NamedRange& named : active_) {
        NamedRemoval& removal = removals_[named.removal];
        removal.leaves.update(bytes_of(leaf));
        if (due != removal.statement.ranges.back().last) continue;
        if (!equal_in_constant_time(removal.leaves.finish(), removal.statement.leaves))
            return broken(BreakReason::removal_unproven, removal.statement.ranges.front().first,
                          "the removal " + std::to_string(removal.number) + " is that of other events");
    }
    std::erase_if(active_, [&](const NamedRange& named) { return named.range.last <= due; });
    return {};
}

} // namespace evenfold::journal::chain
