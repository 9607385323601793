#include "evenfold/kernel/reacting/schedule.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::kernel {

void Schedule::update(const std::vector<DueEffect>& due, MonotonicTime now) {
    for (auto& [effect, entry] : entries_) entry.is_gone = true;
    for (const DueEffect& one : due) {
        auto [found, is_new] = entries_.try_emplace(one.effect);
        ScheduledEffect& entry = found->second;
        entry.is_gone = false;
        entry.due = one;
        if (is_new) {
            entry.order = ++last_order_;
            entry.until = now;
            if (!one.dead.empty()) abandon(entry, one.dead, now);
        }
        if (entry.state == EffectState::completed)
            fail(entry, "its commands were accepted, but it is still outstanding", now);
        if (entry.state == EffectState::confirming && entry.until <= now)
            fail(entry, "it was not confirmed before its deadline", now);
    }
    std::erase_if(entries_,
                  [](const auto& one) { return one.second.is_gone && one.second.state != EffectState::runs; });
}

Schedule::RunningLanes Schedule::busy() const {
    RunningLanes busy;
    for (const auto& [effect, entry] : entries_) {
        if (entry.state != EffectState::runs) continue;
        if (!entry.due.lane.empty()) busy.lanes.insert(entry.due.lane);
        if (entry.due.policy.urgency != Urgency::control) ++busy.running;
    }
    return busy;
}

std::vector<BegunAttempt> Schedule::begin(MonotonicTime now) {
    RunningLanes busy = this->busy();
    std::vector<BegunAttempt> begun;
    for (ScheduledEffect* entry : in_order()) {
        if (entry->state != EffectState::waits || entry->until > now) continue;
        const bool is_control = entry->due.policy.urgency == Urgency::control;
        if (!is_control && busy.running >= running_max_) continue;
        if (!entry->due.lane.empty() && !busy.lanes.insert(entry->due.lane).second) continue;
        if (!is_control) ++busy.running;
        entry->state = EffectState::runs;
        entry->until = now + entry->due.policy.deadline;
        entry->is_reported = false;
        begun.push_back({.effect = entry->due.effect, .attempt = ++entry->attempts, .deadline = entry->until});
    }
    return begun;
}

std::optional<MonotonicTime> Schedule::end(const Uuid& effect, AttemptEnd how, std::string reason, MonotonicTime now) {
    const auto found = entries_.find(effect);
    if (found == entries_.end() || found->second.state != EffectState::runs) return std::nullopt;
    ScheduledEffect& entry = found->second;
    if (entry.is_gone && how != AttemptEnd::completed) { // confirmed by another writer
        entries_.erase(found);
        return std::nullopt;
    }
    switch (how) {
    case AttemptEnd::completed: entry.state = EffectState::completed; return std::nullopt;
    case AttemptEnd::waiting: entry.state = EffectState::confirming; return std::nullopt;
    case AttemptEnd::failed_permanently: abandon(entry, std::move(reason), now); return std::nullopt;
    case AttemptEnd::failed: break;
    }
    return fail(entry, std::move(reason), now);
}

std::vector<Uuid> Schedule::overdue(MonotonicTime now) {
    std::vector<Uuid> late;
    for (ScheduledEffect* entry : in_order()) {
        if (entry->state != EffectState::runs || entry->is_reported || entry->until > now) continue;
        entry->is_reported = true;
        late.push_back(entry->due.effect);
    }
    return late;
}

std::vector<AbandonedEffect> Schedule::give_up(MonotonicTime now) {
    std::vector<AbandonedEffect> all;
    for (ScheduledEffect* entry : in_order()) {
        if (entry->state != EffectState::failed_permanently || entry->until > now) continue;
        entry->until = now + entry->due.policy.backoff_max;
        all.push_back({.effect = entry->due.effect, .attempts = entry->attempts, .reason = entry->reason});
    }
    return all;
}

std::optional<MonotonicTime> Schedule::next() const {
    const RunningLanes busy = this->busy();
    std::optional<MonotonicTime> least;
    for (const auto& [effect, entry] : entries_) {
        const bool is_blocked = busy.lanes.contains(entry.due.lane) ||
                                (entry.due.policy.urgency != Urgency::control && busy.running >= running_max_);
        if (entry.state == EffectState::completed) continue;
        if (entry.state == EffectState::waits && is_blocked) continue; // a running effect must end first
        if (entry.state == EffectState::runs && entry.is_reported) continue;
        if (!least || entry.until < *least) least = entry.until;
    }
    return least;
}

std::size_t Schedule::running() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(entries_, [](const auto& one) { return one.second.state == EffectState::runs; }));
}

std::optional<MonotonicTime> Schedule::fail(ScheduledEffect& entry, std::string reason, MonotonicTime now) {
    if (entry.attempts >= entry.due.policy.attempts_max) {
        abandon(entry, std::move(reason), now);
        return std::nullopt;
    }
    entry.reason = std::move(reason);
    entry.state = EffectState::waits;
    entry.until = now + backoff(entry);
    return entry.until;
}

void Schedule::abandon(ScheduledEffect& entry, std::string reason, MonotonicTime now) {
    entry.state = EffectState::failed_permanently;
    entry.until = now;
    entry.reason = std::move(reason);
}

/// Exponential backoff, half of it random so that effects that failed together are not retried together.
MonotonicTime Schedule::backoff(const ScheduledEffect& entry) {
    MonotonicTime whole = entry.due.policy.backoff_first;
    for (std::uint32_t attempt = 1; attempt < entry.attempts && whole < entry.due.policy.backoff_max; ++attempt)
        whole *= 2;
    whole = std::min(whole, entry.due.policy.backoff_max);
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    return whole - MonotonicTime(half) + MonotonicTime(random_() % (half + 1));
}

std::vector<Schedule::ScheduledEffect*> Schedule::in_order() {
    std::vector<ScheduledEffect*> all;
    all.reserve(entries_.size());
    for (auto& [effect, entry] : entries_) all.push_back(&entry);
    std::ranges::sort(all, {},
                      [](const ScheduledEffect* entry) { return std::pair(entry->due.policy.urgency, entry->order); });
    return all;
}

} // namespace evenfold::kernel
