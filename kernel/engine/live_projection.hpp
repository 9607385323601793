/// The model of a journal, advanced by the batches of this kernel and by the events of other writers.
/// Shape: readers see the model after the last stored event. One batch of commands at a time is decided on a copy that
/// is ahead of it: `begin_batch`, then `project` and `keep` per decision, `prepare`, and `commit` or `rollback`.
/// When the sealer has erased values, the journal is replayed before the next batch, so that no copy keeps them.
/// Errors: while the journal cannot be read, the model is that of the last event that could be read. After an exception
/// from the domain all copies may be wrong: they are discarded, and the journal is replayed before the next batch.
#pragma once

#include <expected>
#include <memory>
#include <mutex>
#include <optional>

#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/snapshot_pool.hpp"

namespace evenfold::kernel {

/// Owns the model and its head: nothing else advances them. `snapshots` and `catch_up` may be called from any thread,
/// the other functions only by the thread that holds the journal.
class LiveProjection {
public:
    /// `sealer` is null if the domain has no personal fields.
    LiveProjection(const AnyKernelDomain& domain, journal::Journal& journal, AnyState state, codec::Sealer* sealer);

    /// Returns the copies of the model, for readers.
    [[nodiscard]] const std::shared_ptr<SnapshotPool>& snapshots() const { return snapshots_; }

    [[nodiscard]] codec::Sealer* sealer() const { return sealer_; }

    /// Folds what other writers have appended. Returns the sequence of the last event that readers see.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up();

    /// Begins a batch on a copy of the model at the journal's head. Returns that head.
    [[nodiscard]] std::expected<Sequence, journal::Failure> begin_batch();

    /// Returns the model of the batch, after the events that were projected so far.
    [[nodiscard]] const void* model() const { return batch_->state->model; }

    /// Returns the sequence of the last event that was projected so far.
    [[nodiscard]] Sequence head_of_batch() const { return *batch_->state->head; }

    /// Folds an event of a decision into the model of the batch.
    void project(const void* event) { kernel::project(domain_, *batch_->state, event); }

    /// Keeps a decision, all of whose events were projected, for the other copies of the model.
    void keep(std::unique_ptr<AnyDecision> decision) { snapshots_->keep(std::move(decision)); }

    /// Ends the changes to the batch, whose last command is `last`, before its append. From here on, `catch_up` of
    /// another thread may publish the batch when it finds it stored.
    void prepare(const CommandId& last);

    /// Publishes the batch, which was stored.
    void commit();

    /// Drops the batch, which may not have been stored.
    void rollback();

    /// Drops the batch and all copies, because the domain threw or its decision could not be stored. Replays the
    /// journal. If that fails, the next `begin_batch` or `catch_up` tries again.
    void discard();

private:
    struct OpenBatch {
        const AnyState* state;
        std::optional<CommandId> last; // once it is prepared
    };

    /// The last event that readers see, and the erasures that their model reflects.
    struct Published {
        Sequence head = 0;
        Erasures erasures;
    };
    [[nodiscard]] Published published() const;
    [[nodiscard]] std::expected<const AnyState*, journal::Failure> writer_copy();
    [[nodiscard]] std::optional<journal::Failure> refresh();
    [[nodiscard]] std::optional<journal::Failure> replace();
    [[nodiscard]] std::optional<journal::Failure> publish_if_stored();

    const AnyKernelDomain& domain_;
    journal::Journal& journal_;
    codec::Sealer* sealer_;
    std::mutex mutex_; // of the writer's part of the pool, but not held between begin_batch and prepare
    std::shared_ptr<SnapshotPool> snapshots_; // shared with snapshots, which may be released after this is gone
    std::optional<OpenBatch> batch_;          // from begin_batch to commit, rollback or discard
    bool is_discarded_ = false;               // the copies must be replaced before they are used
};

} // namespace evenfold::kernel
