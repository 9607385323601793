#include "evenfold/kernel/engine/any_versions.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::kernel {

const AnyState& AnyVersions::prepared(const Bring& bring) {
    const AnyState& shown = lending_->shown();
    ahead_ = lending_->take();
    if (ahead_ && !catch_up(ahead_->state, *shown.head) && !(bring && bring(ahead_->state, *shown.head)))
        lending_->forget(std::move(ahead_));
    if (!ahead_) ahead_ = lending_->make(fold_.copy(shown));
    const Sequence least = lending_->least();
    while (!kept_.empty() && kept_.front().end <= least) kept_.pop_front();
    return ahead_->state;
}

void AnyVersions::keep(std::unique_ptr<AnyDecision> events) {
    const Sequence end = *ahead_->state.head;
    if (events->count() == 0) return;
    if (!kept_.empty() && kept_.back().end != end - events->count()) kept_.clear(); // others moved the model on
    kept_.push_back({end, std::move(events)});
    while (kept_.front().end + lag_max_ < end) kept_.pop_front();
}

AnyDecision* AnyVersions::piece_for_next(std::size_t stretch) {
    const Sequence end = *ahead_->state.head;
    const bool follows = !kept_.empty() && kept_.back().end == end - 1;
    if (!follows || kept_.back().events->count() >= stretch) return nullptr;
    kept_.back().end = end;
    return kept_.back().events.get();
}

void AnyVersions::publish() {
    if (ahead_ && *ahead_->state.head != *lending_->shown().head) lending_->show(std::move(ahead_));
}

void AnyVersions::discard() {
    if (ahead_) lending_->forget(std::move(ahead_));
    kept_.clear();
}

/// Returns whether the events that were kept have brought the state to `until`.
bool AnyVersions::catch_up(const AnyState& state, Sequence until) const {
    if (*state.head == until) return true;
    if (kept_.empty() || kept_.back().end != until) return false;
    if (*state.head < kept_.front().end - kept_.front().events->count()) return false;
    for (const Kept& kept : kept_) {
        const Sequence begin = kept.end - kept.events->count();
        if (*state.head < kept.end) fold_.fold(state, *kept.events, std::max(begin, *state.head) - begin);
    }
    return true;
}

} // namespace evenfold::kernel
