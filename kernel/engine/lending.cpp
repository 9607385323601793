#include "evenfold/kernel/engine/lending.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace evenfold::kernel {

Lending::Lending(AnyState first, Sequence lag_max) : lag_max_(lag_max) {
    show(make(std::move(first)));
}

Lending::Copy* Lending::lend() {
    const std::scoped_lock lock(mutex_);
    ++shown_->readers;
    return shown_;
}

void Lending::give_back(Copy* copy) {
    std::vector<std::unique_ptr<Copy>> gone;
    const std::scoped_lock lock(mutex_);
    if (--copy->readers == 0 && copy != shown_) gone = surplus();
}

std::size_t Lending::count() const {
    const std::scoped_lock lock(mutex_);
    return copies_.size() + away_;
}

const AnyState& Lending::shown() const {
    const std::scoped_lock lock(mutex_);
    return shown_->state;
}

std::unique_ptr<Lending::Copy> Lending::take() {
    const std::scoped_lock lock(mutex_);
    const auto furthest = std::ranges::max_element(
        copies_, {}, [&](const std::unique_ptr<Copy>& copy) { return is_spare(*copy) ? *copy->state.head + 1 : 0; });
    if (!is_spare(**furthest) || lags(**furthest)) return nullptr;
    std::unique_ptr<Copy> taken = std::move(*furthest);
    copies_.erase(furthest);
    away_ = 1;
    return taken;
}

std::unique_ptr<Lending::Copy> Lending::make(AnyState state) {
    auto made = std::make_unique<Copy>(Copy{std::move(state), 0});
    const std::scoped_lock lock(mutex_);
    away_ = 1;
    return made;
}

void Lending::show(std::unique_ptr<Copy> next) {
    std::vector<std::unique_ptr<Copy>> gone;
    const std::scoped_lock lock(mutex_);
    shown_ = next.get();
    copies_.push_back(std::move(next));
    away_ = 0;
    gone = surplus();
}

void Lending::forget(std::unique_ptr<Copy>) {
    const std::scoped_lock lock(mutex_);
    away_ = 0;
}

Sequence Lending::least() const {
    const std::scoped_lock lock(mutex_);
    Sequence least = *shown_->state.head;
    for (const auto& copy : copies_) {
        if (!lags(*copy)) least = std::min(least, *copy->state.head);
    }
    return least;
}

/// More are spare than the next turns need, or one is of no use any more: out of `copies_`, to be destroyed without the
/// lock. Two stay, for readers who come and go would have them made again, each in O(state).
std::vector<std::unique_ptr<Lending::Copy>> Lending::surplus() {
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
