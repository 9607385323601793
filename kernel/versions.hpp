/// Versions of a model: one writer advances it, any number of threads read published versions, and no thread waits.
/// Shape: the writer folds events into a private copy. `publish` makes that copy visible to readers; the writer
/// continues with a copy that no reader holds, after applying the events that copy missed. Each event is folded twice,
/// and there are two copies more than readers hold.
/// Source: the left-right scheme of Ramalhete and Correia (2015), with further copies in place of waiting.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/snapshot_pool.hpp"

namespace evenfold::kernel {

/// An immutable model with its head in the journal. Cheap to copy; may outlive its kernel or Versions.
template <Domain D>
using Snapshot = std::shared_ptr<const ReplayedModel<D>>;

/// Returns the most recently published model of D, which does not change until its last Snapshot is destroyed. O(1).
template <Domain D>
[[nodiscard]] Snapshot<D> snapshot_of(const std::shared_ptr<SnapshotPool>& pool) {
    SnapshotPool::Copy* copy = pool->acquire();
    return {&typed<D>(copy->state), [pool, copy](const ReplayedModel<D>*) { pool->release(copy); }};
}

/// Calls `view` with the same model and its head.
template <Domain D, class View>
decltype(auto) read_from(SnapshotPool& pool, View view) {
    return pool.read([&](const AnyState& any) -> decltype(auto) {
        const ReplayedModel<D>& state = typed<D>(any);
        return view(state.model, Sequence{state.head});
    });
}

/// `snapshot`, `read` and `copies` may be called from any thread at any time. The other functions are the writer's: one
/// thread at a time may call them. If the domain throws, `project` discards the writer's copy and rethrows.
template <Domain D>
class Versions {
public:
    using Event = typename D::Event;

    /// Drops a copy that has missed more than `lag_max` events instead of applying them. Keeps as many events while a
    /// reader holds a copy, otherwise those since the last two publications.
    explicit Versions(ReplayedModel<D> first = {}, Sequence lag_max = 65'536)
        : pool_(std::make_shared<SnapshotPool>(fold_of<D>(), owned<D>(std::move(first)), lag_max)) {}
    Versions(const Versions&) = delete;
    Versions& operator=(const Versions&) = delete;
    ~Versions() = default;

    /// Returns the most recently published model. O(1).
    [[nodiscard]] Snapshot<D> snapshot() const { return snapshot_of<D>(pool_); }

    /// Returns the result of `view(model, head)` for the most recently published model.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may return nothing
        return read_from<D>(*pool_, std::move(view));
    }

    /// Returns the number of copies of the model.
    [[nodiscard]] std::size_t copies() const { return pool_->count(); }

    /// Folds events into the writer's copy. Readers see them after `publish`. Pass them by move if possible, because
    /// they are kept until every copy has them.
    void project(std::vector<Event> events) {
        SnapshotPool::DiscardGuard unfinished(pool_.get());
        ReplayedModel<D>& state = writer_copy();
        for (const Event& event : events) fold<D>(state, event);
        pool_->keep(std::make_unique<erased::TypedDecision<D>>(std::move(events)));
        static_cast<void>(unfinished.release());
    }
    void project(const Event& event) { project(Event(event)); }
    void project(Event&& event) {
        SnapshotPool::DiscardGuard unfinished(pool_.get());
        fold<D>(writer_copy(), event);
        if (AnyDecision* kept = pool_->extendable_events(list_size_max)) {
            static_cast<erased::TypedDecision<D>*>(kept)->value->push_back(std::move(event));
        } else {
            std::vector<Event> events;
            events.reserve(list_size_max);
            events.push_back(std::move(event));
            pool_->keep(std::make_unique<erased::TypedDecision<D>>(std::move(events)));
        }
        static_cast<void>(unfinished.release());
    }

    /// Returns the writer's copy, which is at or ahead of the published one. O(model) when readers hold all others.
    /// Only changes by `project` and `record_projected` reach the other copies.
    [[nodiscard]] ReplayedModel<D>& writer_copy() { return typed<D>(pool_->writer_copy({})); }

    /// As above, but `catch_up(state, until)` may apply events that were not kept. It returns whether the state is at
    /// `until`.
    template <class CatchUp>
    [[nodiscard]] ReplayedModel<D>& writer_copy(const CatchUp& catch_up) {
        return typed<D>(pool_->writer_copy(
            [&](const AnyState& state, Sequence until) -> bool { return catch_up(typed<D>(state), until); }));
    }

    /// Records `events` that were already folded into the model of `writer_copy()`: advances its head and keeps them
    /// for other copies.
    void record_projected(std::vector<Event> events) {
        ReplayedModel<D>& state = writer_copy();
        for (const Event& event : events) count(state.head, state.unknown_events, event);
        pool_->keep(std::make_unique<erased::TypedDecision<D>>(std::move(events)));
    }

    /// Publishes the writer's copy to later readers. O(1).
    void publish() { pool_->publish(); }

    /// Drops the writer's copy and the events that were not published. The next copy costs O(model).
    void discard() { pool_->discard(); }

private:
    static constexpr std::size_t list_size_max = 64; // events added one by one that are kept in one list

    std::shared_ptr<SnapshotPool> pool_; // shared with snapshots, which may outlive this
};

} // namespace evenfold::kernel
