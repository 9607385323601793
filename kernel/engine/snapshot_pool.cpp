#include "evenfold/kernel/engine/snapshot_pool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace evenfold::kernel {

SnapshotPool::SnapshotPool(const AnyFold& fold, AnyState first, Sequence lag_max) : fold_(fold), lag_max_(lag_max) {
    copies_.push_back(std::make_unique<Copy>(Copy{std::move(first)}));
    published_ = copies_.back().get();
}

SnapshotPool::Copy* SnapshotPool::acquire() {
    const std::scoped_lock lock(mutex_);
    ++published_->readers;
    return published_;
}

void SnapshotPool::release(Copy* copy) {
    std::vector<std::unique_ptr<Copy>> surplus; // destroyed after the lock is released
    const std::scoped_lock lock(mutex_);
    if (--copy->readers > 0 || copy == published_) return;
    if (!copy->is_replaced) {
        surplus = take_surplus();
        return;
    }
    const auto held = std::ranges::find(copies_, copy, &std::unique_ptr<Copy>::get);
    surplus.push_back(std::move(*held));
    copies_.erase(held);
}

std::size_t SnapshotPool::count() const {
    const std::scoped_lock lock(mutex_);
    return copies_.size() + checked_out_;
}

void SnapshotPool::keep(std::unique_ptr<AnyDecision> events) {
    const Sequence end = *writer_copy_->state.head;
    if (events->count() == 0) return;
    if (!kept_.empty() && kept_.back().end != end - events->count()) kept_.clear(); // other writers advanced the model
    kept_.push_back({end, std::move(events)});
    while (kept_.front().end + lag_max_ < end) kept_.pop_front();
}

AnyDecision* SnapshotPool::extendable_events(std::size_t size_max) {
    const Sequence end = *writer_copy_->state.head;
    const bool follows = !kept_.empty() && kept_.back().end == end - 1;
    if (!follows || kept_.back().events->count() >= size_max) return nullptr;
    kept_.back().end = end;
    return kept_.back().events.get();
}

void SnapshotPool::publish() {
    if (!writer_copy_ || *writer_copy_->state.head == *published().head) return;
    std::vector<std::unique_ptr<Copy>> surplus; // destroyed after the lock is released
    const std::scoped_lock lock(mutex_);
    published_ = writer_copy_.get();
    copies_.push_back(std::move(writer_copy_));
    checked_out_ = 0;
    surplus = take_surplus();
}

void SnapshotPool::discard() {
    writer_copy_.reset();
    kept_.clear();
    const std::scoped_lock lock(mutex_);
    checked_out_ = 0;
}

void SnapshotPool::replace(AnyState state) {
    discard();
    auto copy = std::make_unique<Copy>(Copy{std::move(state)});
    std::vector<std::unique_ptr<Copy>> surplus; // destroyed after the lock is released
    const std::scoped_lock lock(mutex_);
    std::vector<std::unique_ptr<Copy>> kept;
    for (auto& old : copies_) {
        old->is_replaced = true;
        (old->readers > 0 ? kept : surplus).push_back(std::move(old));
    }
    copies_ = std::move(kept);
    published_ = copy.get();
    copies_.push_back(std::move(copy));
}

/// Returns the writer's new copy, advanced to the head of the published one.
const AnyState& SnapshotPool::make_writer_copy(const CatchUp& catch_up) {
    const AnyState& shown = published();
    auto copy = take_spare();
    if (copy && !apply_kept(copy->state, *shown.head) && !(catch_up && catch_up(copy->state, *shown.head)))
        copy.reset();
    if (!copy) copy = std::make_unique<Copy>(Copy{fold_.copy(shown)});
    writer_copy_ = std::move(copy);
    const Sequence oldest = oldest_head();
    while (!kept_.empty() && kept_.front().end <= oldest) kept_.pop_front();
    return writer_copy_->state;
}

/// Returns whether the kept events have advanced the state to `until`.
bool SnapshotPool::apply_kept(const AnyState& state, Sequence until) const {
    if (*state.head == until) return true;
    if (kept_.empty() || kept_.back().end != until) return false;
    if (*state.head < kept_.front().end - kept_.front().events->count()) return false;
    for (const KeptEvents& kept : kept_) {
        const Sequence begin = kept.end - kept.events->count();
        if (*state.head < kept.end) fold_.fold(state, *kept.events, std::max(begin, *state.head) - begin);
    }
    return true;
}

/// Returns the published state. It stays published until the writer publishes another one.
const AnyState& SnapshotPool::published() const {
    const std::scoped_lock lock(mutex_);
    return published_->state;
}

/// Removes from `copies_` the newest copy without readers and returns it; null if there is none.
std::unique_ptr<SnapshotPool::Copy> SnapshotPool::take_spare() {
    const std::scoped_lock lock(mutex_);
    checked_out_ = 1;
    const auto newest = std::ranges::max_element(
        copies_, {}, [&](const std::unique_ptr<Copy>& copy) { return is_spare(*copy) ? *copy->state.head + 1 : 0; });
    if (!is_spare(**newest) || lags(**newest)) return nullptr;
    std::unique_ptr<Copy> spare = std::move(*newest);
    copies_.erase(newest);
    return spare;
}

/// Returns the head of the oldest copy that the writer may still use.
Sequence SnapshotPool::oldest_head() const {
    const std::scoped_lock lock(mutex_);
    Sequence oldest = *published_->state.head;
    for (const auto& copy : copies_) {
        if (!lags(*copy)) oldest = std::min(oldest, *copy->state.head);
    }
    return oldest;
}

/// Removes from `copies_` the spare ones that lag, or that are more than two beyond one per copy with readers. Two more
/// are kept because readers that come and go would need new ones, each in O(state).
std::vector<std::unique_ptr<SnapshotPool::Copy>> SnapshotPool::take_surplus() {
    std::vector<std::unique_ptr<Copy>> surplus;
    const auto is_read = [](const std::unique_ptr<Copy>& copy) { return copy->readers > 0; };
    const auto last = [&](const std::unique_ptr<Copy>& copy) {
        return is_spare(*copy) ? *copy->state.head : std::numeric_limits<Sequence>::max();
    };
    const auto read = std::ranges::count_if(copies_, is_read);
    auto spare = std::ranges::count_if(copies_, [&](const auto& copy) { return is_spare(*copy); });
    for (; spare > 0; --spare) {
        const auto worst = std::ranges::min_element(copies_, {}, last);
        if (spare <= read + 2 && !lags(**worst)) break;
        surplus.push_back(std::move(*worst));
        copies_.erase(worst);
    }
    return surplus;
}

} // namespace evenfold::kernel
