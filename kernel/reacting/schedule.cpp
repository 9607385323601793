#include "evenfold/kernel/reacting/schedule.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::kernel {

void Schedule::look(const std::vector<Due>& due, Moment now) {
    for (auto& [effect, entry] : entries_) entry.is_gone = true;
    for (const Due& one : due) {
        auto [found, is_new] = entries_.try_emplace(one.effect);
        Entry& entry = found->second;
        entry.is_gone = false;
        entry.due = one;
        if (is_new) {
            entry.place = ++places_;
            entry.until = now;
            if (!one.dead.empty()) abandon(entry, one.dead, now);
        }
        if (entry.state == State::answered) fail(entry, "its commands were accepted, and it is still outstanding", now);
        if (entry.state == State::confirming && entry.until <= now) fail(entry, "nobody confirmed it in time", now);
    }
    std::erase_if(entries_, [](const auto& one) { return one.second.is_gone && one.second.state != State::runs; });
}

Schedule::Busy Schedule::busy() const {
    Busy busy;
    for (const auto& [effect, entry] : entries_) {
        if (entry.state != State::runs) continue;
        if (!entry.due.lane.empty()) busy.lanes.insert(entry.due.lane);
        if (entry.due.policy.urgency != Urgency::control) ++busy.running;
    }
    return busy;
}

std::vector<Begun> Schedule::begin(Moment now) {
    Busy busy = this->busy();
    std::vector<Begun> begun;
    for (Entry* entry : in_order()) {
        if (entry->state != State::waits || entry->until > now) continue;
        const bool is_control = entry->due.policy.urgency == Urgency::control;
        if (!is_control && busy.running >= running_max_) continue;
        if (!entry->due.lane.empty() && !busy.lanes.insert(entry->due.lane).second) continue;
        if (!is_control) ++busy.running;
        entry->state = State::runs;
        entry->until = now + entry->due.policy.deadline;
        entry->is_told = false;
        begun.push_back({.effect = entry->due.effect, .attempt = ++entry->attempts, .deadline = entry->until});
    }
    return begun;
}

std::optional<Moment> Schedule::end(const Uuid& effect, Ended how, std::string reason, Moment now) {
    const auto found = entries_.find(effect);
    if (found == entries_.end() || found->second.state != State::runs) return std::nullopt;
    Entry& entry = found->second;
    if (entry.is_gone && how != Ended::answered) { // confirmed by another writer
        entries_.erase(found);
        return std::nullopt;
    }
    switch (how) {
    case Ended::answered: entry.state = State::answered; return std::nullopt;
    case Ended::waiting: entry.state = State::confirming; return std::nullopt;
    case Ended::hopeless: abandon(entry, std::move(reason), now); return std::nullopt;
    case Ended::failed: break;
    }
    return fail(entry, std::move(reason), now);
}

std::vector<Uuid> Schedule::overdue(Moment now) {
    std::vector<Uuid> late;
    for (Entry* entry : in_order()) {
        if (entry->state != State::runs || entry->is_told || entry->until > now) continue;
        entry->is_told = true;
        late.push_back(entry->due.effect);
    }
    return late;
}

std::vector<GivenUp> Schedule::give_up(Moment now) {
    std::vector<GivenUp> all;
    for (Entry* entry : in_order()) {
        if (entry->state != State::hopeless || entry->until > now) continue;
        entry->until = now + entry->due.policy.backoff_max;
        all.push_back({.effect = entry->due.effect, .attempts = entry->attempts, .reason = entry->reason});
    }
    return all;
}

std::optional<Moment> Schedule::next() const {
    const Busy busy = this->busy();
    std::optional<Moment> least;
    for (const auto& [effect, entry] : entries_) {
        const bool is_blocked = busy.lanes.contains(entry.due.lane) ||
                                (entry.due.policy.urgency != Urgency::control && busy.running >= running_max_);
        if (entry.state == State::answered) continue;
        if (entry.state == State::waits && is_blocked) continue; // a running effect must end first
        if (entry.state == State::runs && entry.is_told) continue;
        if (!least || entry.until < *least) least = entry.until;
    }
    return least;
}

std::size_t Schedule::running() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(entries_, [](const auto& one) { return one.second.state == State::runs; }));
}

std::optional<Moment> Schedule::fail(Entry& entry, std::string reason, Moment now) {
    if (entry.attempts >= entry.due.policy.attempts_max) {
        abandon(entry, std::move(reason), now);
        return std::nullopt;
    }
    entry.reason = std::move(reason);
    entry.state = State::waits;
    entry.until = now + backoff(entry);
    return entry.until;
}

void Schedule::abandon(Entry& entry, std::string reason, Moment now) {
    entry.state = State::hopeless;
    entry.until = now;
    entry.reason = std::move(reason);
}

/// Exponential backoff, half of it random so that effects that failed together are not retried together.
Moment Schedule::backoff(const Entry& entry) {
    Moment whole = entry.due.policy.backoff_first;
    for (std::uint32_t attempt = 1; attempt < entry.attempts && whole < entry.due.policy.backoff_max; ++attempt)
        whole *= 2;
    whole = std::min(whole, entry.due.policy.backoff_max);
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    return whole - Moment(half) + Moment(random_() % (half + 1));
}

std::vector<Schedule::Entry*> Schedule::in_order() {
    std::vector<Entry*> all;
    all.reserve(entries_.size());
    for (auto& [effect, entry] : entries_) all.push_back(&entry);
    std::ranges::sort(all, {}, [](const Entry* entry) { return std::pair(entry->due.policy.urgency, entry->place); });
    return all;
}

} // namespace evenfold::kernel
