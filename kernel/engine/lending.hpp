/// Copies of a state, lent to any number of readers while one writer makes the next.
/// Shape: one copy is shown; a reader keeps what was shown when it asked, and it stays as it is until it comes back.
/// A copy that came back serves the writer again. The lock is held for a few instructions, never while a state is
/// copied, moved on or destroyed.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "evenfold/kernel/engine/state.hpp"

namespace evenfold::kernel {

/// All functions may be called from any thread, those under "writer" from one at a time.
class Lending {
public:
    struct Copy {
        AnyState state;
        std::size_t readers = 0;
    };

    /// Copies that lag behind what is shown by more than `lag_max` are not given out again.
    Lending(AnyState first, Sequence lag_max);

    /// Returns the most recently published copy and pins it. Call give_back() exactly once.
    [[nodiscard]] Copy* lend();

    /// It is as spare as it was. The last reader of a copy that the writer will not need destroys it: O(state).
    void give_back(Copy* copy);

    /// How many copies there are, with the writer's.
    [[nodiscard]] std::size_t count() const;

    // The writer's.

    /// Returns the published copy. It stays published until the writer calls show().
    [[nodiscard]] const AnyState& shown() const;

    /// Of the copies that nobody reads the one that has come furthest, or nothing.
    [[nodiscard]] std::unique_ptr<Copy> take();

    /// A further one.
    [[nodiscard]] std::unique_ptr<Copy> make(AnyState state);

    /// Readers that ask from now on get this one, which the writer had taken or made.
    void show(std::unique_ptr<Copy> next);

    /// The writer has no use for the one that it had.
    void forget(std::unique_ptr<Copy>);

    /// How far the copy has come that is furthest behind, of those that may be given out again.
    [[nodiscard]] Sequence least() const;

private:
    [[nodiscard]] bool is_spare(const Copy& copy) const { return copy.readers == 0 && &copy != shown_; }
    [[nodiscard]] bool lags(const Copy& copy) const { return *shown_->state.head - *copy.state.head > lag_max_; }
    [[nodiscard]] std::vector<std::unique_ptr<Copy>> surplus();

    const Sequence lag_max_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Copy>> copies_; // all but the writer's
    Copy* shown_ = nullptr;
    std::size_t away_ = 0; // the writer has one
};

} // namespace evenfold::kernel
