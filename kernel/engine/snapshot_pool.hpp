/// Copies of a state: any number of threads read published copies while one writer makes the next.
/// Shape: the writer folds events into a private copy. `publish` makes that copy visible to readers; the writer goes on
/// with a copy that no reader holds, after applying the events that the copy missed. There are as many copies as
/// readers hold, and two. The lock is held for a few instructions, never while a state is copied, advanced or
/// destroyed.
/// Source: see kernel/versions.hpp.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "evenfold/kernel/engine/state.hpp"

namespace evenfold::kernel {

class SnapshotPool {
public:
    struct Copy {
        AnyState state;
        std::size_t readers = 0;
        bool is_replaced = false; // not used again by the writer
    };
    /// Advances a state to a sequence by events that the pool has not kept. Returns whether that succeeded.
    using CatchUp = std::function<bool(const AnyState& state, Sequence until)>;

    /// A copy that has missed more than `lag_max` events is not used again by the writer. As many events are kept.
    SnapshotPool(const AnyFold& fold, AnyState first, Sequence lag_max);

    // The following functions may be called from any thread.

    /// Returns the most recently published copy and pins it. Call `release` exactly once. O(1).
    [[nodiscard]] Copy* acquire();

    /// Unpins `copy`. The last reader of a copy that the writer will not need destroys it: O(state).
    void release(Copy* copy);

    /// Calls `view` with the most recently published state, which does not change meanwhile.
    template <class View>
    decltype(auto) read(View view) { // NOLINT(modernize-use-nodiscard): a view may return nothing
        struct ReleaseCopy {
            SnapshotPool& pool;
            void operator()(Copy* copy) const { pool.release(copy); }
        };
        const std::unique_ptr<Copy, ReleaseCopy> copy(acquire(), ReleaseCopy{*this});
        return view(std::as_const(copy->state));
    }

    /// Returns the number of copies, including the writer's.
    [[nodiscard]] std::size_t count() const;

    // The following functions are the writer's: they are called from one thread at a time.

    /// Returns the writer's copy, which is at or ahead of the published one. O(state) if readers hold all others.
    [[nodiscard]] const AnyState& writer_copy(const CatchUp& catch_up) {
        return writer_copy_ ? writer_copy_->state : make_writer_copy(catch_up);
    }

    /// Keeps `events`, which the writer has folded into its copy, for the other copies.
    void keep(std::unique_ptr<AnyDecision> events);

    /// Returns the kept events to which the writer must add the single event that it has just folded; null if it must
    /// call `keep` with a new list, because the last one has `size_max` events or is not the one before.
    [[nodiscard]] AnyDecision* extendable_events(std::size_t size_max);

    /// Publishes the writer's copy. O(1).
    void publish();

    /// Drops the writer's copy, and with it every event that was not published: O(state) for the next.
    void discard();

    struct Discard {
        void operator()(SnapshotPool* pool) const { pool->discard(); }
    };
    /// Discards the writer's copy unless it is released, because an exception may leave the copy half changed.
    using DiscardGuard = std::unique_ptr<SnapshotPool, Discard>;

    /// Publishes `state` in place of all copies. Readers keep those that they hold. O(state).
    void replace(AnyState state);

private:
    /// The events up to `end`.
    struct KeptEvents {
        Sequence end;
        std::unique_ptr<AnyDecision> events;
    };

    const AnyState& make_writer_copy(const CatchUp& catch_up);
    [[nodiscard]] bool apply_kept(const AnyState& state, Sequence until) const;
    [[nodiscard]] const AnyState& published() const;
    [[nodiscard]] std::unique_ptr<Copy> take_spare();
    [[nodiscard]] Sequence oldest_head() const;
    [[nodiscard]] bool is_spare(const Copy& copy) const { return copy.readers == 0 && &copy != published_; }
    [[nodiscard]] bool lags(const Copy& copy) const { return *published_->state.head - *copy.state.head > lag_max_; }
    [[nodiscard]] std::vector<std::unique_ptr<Copy>> take_surplus();

    const AnyFold& fold_;
    const Sequence lag_max_;
    std::unique_ptr<Copy> writer_copy_; // the writer's copy, if it has one
    std::deque<KeptEvents> kept_;       // in order, without gaps; the last may be ahead of the published copy

    mutable std::mutex mutex_;                  // of the members below
    std::vector<std::unique_ptr<Copy>> copies_; // all but the writer's
    Copy* published_ = nullptr;
    std::size_t checked_out_ = 0; // 1 if the writer has a copy
};

} // namespace evenfold::kernel
