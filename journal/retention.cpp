#include "evenfold/journal/retention.hpp"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

namespace evenfold::journal {

namespace {

constexpr std::uint64_t ms_per_day = 86'400'000;

/// The progress of one rule through a journal.
class RuleProgress {
public:
    RuleProgress(const RetentionRule& rule, Instant now) : rule_(&rule), now_(now) {}

    /// Returns the event that is released because of `record`: itself, or an earlier one that is not among the last.
    std::optional<Sequence> add(const Record& record) {
        if (!is_named(record)) return std::nullopt;
        if (rule_->keep_last == 0) return is_old(record.stored_at) ? std::optional(record.sequence) : std::nullopt;
        std::deque<Kept>& last = last_[record.stream];
        last.push_back({record.sequence, record.stored_at});
        if (last.size() <= rule_->keep_last) return std::nullopt;
        const Kept first = last.front();
        last.pop_front();
        return is_old(first.stored_at) ? std::optional(first.sequence) : std::nullopt;
    }

private:
    struct Kept {
        Sequence sequence;
        Instant stored_at;
    };

    [[nodiscard]] bool is_named(const Record& record) const {
        return record.stream.starts_with(rule_->stream_prefix) &&
               (rule_->types.empty() || std::ranges::find(rule_->types, record.type) != rule_->types.end());
    }

    /// Compares whole days, because a bound in milliseconds could overflow.
    [[nodiscard]] bool is_old(Instant stored_at) const {
        if (stored_at.unix_ms >= now_.unix_ms) return false;
        const auto age_ms = static_cast<std::uint64_t>(now_.unix_ms) - static_cast<std::uint64_t>(stored_at.unix_ms);
        return age_ms / ms_per_day >= rule_->older_than_days;
    }

    const RetentionRule* rule_;
    Instant now_;
    std::unordered_map<std::string, std::deque<Kept>> last_;
};

} // namespace

std::vector<chain::SequenceRange> ranges_of(std::span<const Sequence> sequences) {
    std::vector<chain::SequenceRange> ranges;
    for (const Sequence sequence : sequences) {
        if (!ranges.empty() && ranges.back().last + 1 == sequence)
            ranges.back().last = sequence;
        else
            ranges.push_back({sequence, sequence});
    }
    return ranges;
}

std::uint64_t count_of(std::span<const chain::SequenceRange> ranges) {
    std::uint64_t count = 0;
    for (const chain::SequenceRange& range : ranges) count += range.last - range.first + 1;
    return count;
}

std::expected<ReleasedEvents, Failure>
released_events(Journal& journal, std::span<const RetentionRule> rules, Instant now) {
    std::vector<RuleProgress> progress;
    for (const RetentionRule& rule : rules) progress.emplace_back(rule, now);
    ReleasedEvents released;
    released.by_rule.resize(rules.size());
    std::set<Sequence> all;
    const auto cursor = journal.open_cursor({});
    if (!cursor) return std::unexpected(cursor.error());
    EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) break;
        for (const Record& record : page.records()) {
            if (record.removed) continue;
            for (std::size_t rule = 0; rule < rules.size(); ++rule) {
                const auto sequence = progress[rule].add(record);
                if (!sequence) continue;
                ++released.by_rule[rule];
                all.insert(*sequence);
            }
        }
    }
    released.ranges = ranges_of(std::vector<Sequence>(all.begin(), all.end()));
    released.count = all.size();
    return released;
}

} // namespace evenfold::journal
