/// The implementation of a kernel, for a domain without its types.
/// Shape: commands in, receipts out, each once; threads that wait at the same time share one durable append.
/// Errors: as in kernel.hpp.
#pragma once

#include <condition_variable>
#include <mutex>
#include <span>
#include <vector>

#include "evenfold/kernel/engine/group_commit.hpp"
#include "evenfold/kernel/engine/live_projection.hpp"

namespace evenfold::kernel {

/// All functions may be called from any thread, also from one that holds the journal.
class Engine {
public:
    /// Requires that `state` is of the domain and at the journal's head. Domain and journal must outlive the engine.
    /// `sealer` must outlive it, too; it is null if the domain has no personal fields.
    Engine(const AnyKernelDomain& domain, journal::Journal& journal, Clock clock, AnyState state,
           codec::Sealer* sealer = nullptr)
        : domain_(domain),
          journal_(journal),
          clock_(std::move(clock)),
          projection_(domain, journal, std::move(state), sealer) {}

    /// Decides and appends `commands`, whose bodies must outlive the call. Returns their outcomes in order.
    [[nodiscard]] std::vector<AnyOutcome> submit_all(std::vector<AnyCommand> commands);

    /// Folds what other writers have appended. Returns the sequence of the last event in the model.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() { return projection_.catch_up(); }

    /// Returns the copies of the model, for readers.
    [[nodiscard]] const std::shared_ptr<SnapshotPool>& snapshots() const { return projection_.snapshots(); }

private:
    struct QueuedCall {
        std::vector<AnyCommand> commands;
        std::vector<AnyOutcome> outcomes;
        bool done;
    };

    void process(const std::vector<QueuedCall*>& group) noexcept;
    [[nodiscard]] std::vector<AnyOutcome> decide_and_append(std::span<const AnyCommand* const> commands);

    const AnyKernelDomain& domain_;
    journal::Journal& journal_;
    Clock clock_;
    LiveProjection projection_;
    std::mutex queue_mutex_;
    std::condition_variable finished_;
    std::vector<QueuedCall*> queue_;
    bool leading_ = false;
};

} // namespace evenfold::kernel
