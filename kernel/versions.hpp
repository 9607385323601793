/// Readers while writing: one writer moves a model on, any number of threads hold what it was, and nobody waits.
/// Shape: the writer has a copy of its own. To publish is to show it, and to go on with one that no reader holds, once
/// that has folded what it has missed: each event is folded twice, and there are as many copies as are held, and two.
/// Source: the left-right scheme of Ramalhete and Correia (2015), with further copies in place of waiting.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/snapshot_pool.hpp"

namespace evenfold::kernel {

/// A model that stays as it is, and how far into the journal it has come. Cheap to copy; may outlive what it is of.
template <Domain D>
using Snapshot = std::shared_ptr<const Replayed<D>>;

/// Returns the most recently published model of D, which stays as it is until the last Snapshot of it is gone. O(1).
template <Domain D>
[[nodiscard]] Snapshot<D> snapshot_of(const std::shared_ptr<SnapshotPool>& pool) {
    SnapshotPool::Copy* copy = pool->acquire();
    return {&typed<D>(copy->state), [pool, copy](const Replayed<D>*) { pool->release(copy); }};
}

/// Calls `view` with the same model and its head.
template <Domain D, class View>
decltype(auto) read_from(SnapshotPool& pool, View view) {
    return pool.read([&](const AnyState& any) -> decltype(auto) {
        const Replayed<D>& state = typed<D>(any);
        return view(state.model, Sequence{state.head});
    });
}

/// `snapshot`, `read` and `copies` may be called from any thread at any time; the others are the writer's: from one
/// thread at a time. A domain that throws leaves the writer's copy for `discard` to drop.
template <Domain D>
class Versions {
public:
    using Event = typename D::Event;

    /// A copy that has missed more than `lag_max` events is dropped rather than brought up to date; as many events are
    /// kept while somebody holds one, and else those since the last two publications.
    explicit Versions(Replayed<D> first = {}, Sequence lag_max = 65'536)
        : pool_(std::make_shared<SnapshotPool>(fold_of<D>(), owned<D>(std::move(first)), lag_max)) {}
    Versions(const Versions&) = delete;
    Versions& operator=(const Versions&) = delete;
    ~Versions() = default;

    /// What was published last. O(1).
    [[nodiscard]] Snapshot<D> snapshot() const { return snapshot_of<D>(pool_); }

    /// What `view` answers of the same, and of its head.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may answer nothing
        return read_from<D>(*pool_, std::move(view));
    }

    /// How many copies of the model there are.
    [[nodiscard]] std::size_t copies() const { return pool_->count(); }

    /// Folds events into the writer's copy. They are seen once they are published. Give them away if you can: they are
    /// kept until every copy has them.
    void project(std::vector<Event> events) {
        Replayed<D>& state = ahead();
        for (const Event& event : events) fold<D>(state, event);
        pool_->keep(std::make_unique<erased::Decision<D>>(std::move(events)));
    }
    void project(const Event& event) { project(Event(event)); }
    void project(Event&& event) {
        fold<D>(ahead(), event);
        if (AnyDecision* kept = pool_->kept_before(stretch)) {
            static_cast<erased::Decision<D>*>(kept)->value->push_back(std::move(event));
        } else {
            std::vector<Event> events;
            events.reserve(stretch);
            events.push_back(std::move(event));
            pool_->keep(std::make_unique<erased::Decision<D>>(std::move(events)));
        }
    }

    /// The writer's copy, which has come at least as far as what is shown. O(model) when readers hold all others.
    /// What is changed in it other than by `project` and `projected` is missing in the others.
    [[nodiscard]] Replayed<D>& ahead() { return typed<D>(pool_->ahead({})); }

    /// The same, where `bring(state, until)` may know events that were not kept; whether it has come to `until`.
    template <class Bring>
    [[nodiscard]] Replayed<D>& ahead(const Bring& bring) {
        return typed<D>(
            pool_->ahead([&](const AnyState& state, Sequence until) -> bool { return bring(typed<D>(state), until); }));
    }

    /// The model of `ahead()` has been moved on by `events`: its head follows, and the other copies will.
    void projected(std::vector<Event> events) {
        Replayed<D>& state = ahead();
        for (const Event& event : events) count(state.head, state.unknown_events, event);
        pool_->keep(std::make_unique<erased::Decision<D>>(std::move(events)));
    }

    /// Who asks from now on gets what the writer has come to. O(1).
    void publish() { pool_->publish(); }

    /// What the writer has not published is gone, and its copy with it: O(model) for the next.
    void discard() { pool_->discard(); }

private:
    static constexpr std::size_t stretch = 64; // events that came one by one and are kept in one piece

    std::shared_ptr<SnapshotPool> pool_; // shared with snapshots, which may outlive this
};

} // namespace evenfold::kernel
