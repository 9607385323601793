/// Copies of a state, lent to any number of readers while one writer makes the next.
/// Shape: one copy is shown; a reader keeps what was shown when it asked, and it stays as it is until it comes back.
/// A copy that came back serves the writer again. The lock is held for a few instructions, never while a state is
/// copied, moved on or destroyed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold::kernel {

/// All functions may be called from any thread, those under "writer" from one at a time. A State has a `head`.
template <class State>
class Lending {
public:
    struct Copy {
        State state;
        std::size_t readers = 0;
    };

    /// Copies that lag behind what is shown by more than `lag_max` are not given out again.
    Lending(State first, Sequence lag_max) : lag_max_(lag_max) { show(make(std::move(first))); }

    /// What is shown, for this reader until it gives it back.
    [[nodiscard]] Copy* lend() {
        const std::scoped_lock lock(mutex_);
        ++shown_->readers;
        return shown_;
    }

    /// It is as spare as it was. The last reader of a copy that the writer will not need destroys it: O(state).
    void give_back(Copy* copy) {
        std::vector<std::unique_ptr<Copy>> gone;
        const std::scoped_lock lock(mutex_);
        if (--copy->readers == 0 && copy != shown_) gone = surplus();
    }

    /// How many copies there are, with the writer's.
    [[nodiscard]] std::size_t count() const {
        const std::scoped_lock lock(mutex_);
        return copies_.size() + away_;
    }

    // The writer's.

    /// What is shown; it stays so until the writer shows another.
    [[nodiscard]] const State& shown() const {
        const std::scoped_lock lock(mutex_);
        return shown_->state;
    }

    /// Of the copies that nobody reads the one that has come furthest, or nothing.
    [[nodiscard]] std::unique_ptr<Copy> take() {
        const std::scoped_lock lock(mutex_);
        const auto furthest = std::ranges::max_element(
            copies_, {}, [&](const std::unique_ptr<Copy>& copy) { return is_spare(*copy) ? copy->state.head + 1 : 0; });
        if (!is_spare(**furthest) || lags(**furthest)) return nullptr;
        std::unique_ptr<Copy> taken = std::move(*furthest);
        copies_.erase(furthest);
        away_ = 1;
        return taken;
    }

    /// A further one. O(state) when it is a copy.
    [[nodiscard]] std::unique_ptr<Copy> make(State state) {
        auto made = std::make_unique<Copy>(Copy{std::move(state), 0});
        const std::scoped_lock lock(mutex_);
        away_ = 1;
        return made;
    }

    /// Readers that ask from now on get this one, which the writer had taken or made.
    void show(std::unique_ptr<Copy> next) {
        std::vector<std::unique_ptr<Copy>> gone;
        const std::scoped_lock lock(mutex_);
        shown_ = next.get();
        copies_.push_back(std::move(next));
        away_ = 0;
        gone = surplus();
    }

    /// The writer has no use for the one that it had.
    void forget(std::unique_ptr<Copy>) {
        const std::scoped_lock lock(mutex_);
        away_ = 0;
    }

    /// How far the copy has come that is furthest behind, of those that may be given out again.
    [[nodiscard]] Sequence least() const {
        const std::scoped_lock lock(mutex_);
        Sequence least = shown_->state.head;
        for (const auto& copy : copies_) {
            if (!lags(*copy)) least = std::min(least, copy->state.head);
        }
        return least;
    }

private:
    [[nodiscard]] bool is_spare(const Copy& copy) const { return copy.readers == 0 && &copy != shown_; }
    [[nodiscard]] bool lags(const Copy& copy) const { return shown_->state.head - copy.state.head > lag_max_; }

    /// More are spare than the next turns need, or one is of no use any more: out of `copies_`, to be destroyed without
    /// the lock. Two stay, for readers who come and go would have them made again, each in O(state).
    [[nodiscard]] std::vector<std::unique_ptr<Copy>> surplus() {
        std::vector<std::unique_ptr<Copy>> surplus;
        const auto is_read = [](const std::unique_ptr<Copy>& copy) { return copy->readers > 0; };
        const auto last = [&](const std::unique_ptr<Copy>& copy) {
            return is_spare(*copy) ? copy->state.head : std::numeric_limits<Sequence>::max();
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

    const Sequence lag_max_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Copy>> copies_; // all but the writer's
    Copy* shown_ = nullptr;
    std::size_t away_ = 0; // the writer has one
};

} // namespace evenfold::kernel
