#include "evenfold/kernel/engine/live_projection.hpp"

#include <utility>

#include "evenfold/kernel/engine/defect.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {
namespace {

constexpr Sequence writer_lag_max = 65'536; // events that a copy may have missed and still be brought up to date

} // namespace

LiveProjection::LiveProjection(const AnyKernelDomain& domain, journal::Journal& journal, AnyState state,
                               codec::Sealer* sealer)
    : domain_(domain),
      journal_(journal),
      sealer_(sealer),
      snapshots_(std::make_shared<SnapshotPool>(domain.folding(), std::move(state), writer_lag_max)) {}

std::expected<Sequence, journal::Failure> LiveProjection::catch_up() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = batch_ ? publish_if_stored() : refresh()) return std::unexpected(std::move(*failure));
    return published().head;
}

std::expected<Sequence, journal::Failure> LiveProjection::begin_batch() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = refresh()) return std::unexpected(std::move(*failure));
    const auto copy = writer_copy();
    if (!copy) return std::unexpected(copy.error());
    batch_ = OpenBatch{.state = *copy, .last = {}};
    return *batch_->state->head;
}

void LiveProjection::prepare(const CommandId& last) {
    const std::scoped_lock lock(mutex_);
    batch_->last = last;
}

void LiveProjection::commit() {
    const std::scoped_lock lock(mutex_);
    batch_.reset();
    snapshots_->publish();
}

void LiveProjection::rollback() {
    const std::scoped_lock lock(mutex_);
    batch_.reset();
    snapshots_->discard();
}

void LiveProjection::discard() {
    const std::scoped_lock lock(mutex_);
    batch_.reset();
    is_discarded_ = true;
    static_cast<void>(replace()); // a failure is reported by the next call, which replaces the copies again
}

LiveProjection::Published LiveProjection::published() const {
    return snapshots_->read([](const AnyState& state) -> Published { return {*state.head, *state.erasures}; });
}

/// Returns the next copy, brought up to the one that readers see. Events that other writers have appended were not kept
/// and are read again.
std::expected<const AnyState*, journal::Failure> LiveProjection::writer_copy() {
    std::optional<journal::Failure> lost;
    try {
        const AnyState& copy = snapshots_->writer_copy([&](const AnyState& state, Sequence until) {
            const auto failure = advance(domain_, journal_, state, until, sealer_);
            if (failure && *state.head == 0) lost = failure; // the domain threw, so `advance` has reset the copy
            return !failure && *state.head == until;
        });
        if (!lost) return &copy;
    } catch (...) {
        lost = exception_failure("the model could not be copied");
    }
    is_discarded_ = true;
    return std::unexpected(std::move(*lost));
}

/// Brings the published copy to the journal's head.
std::optional<journal::Failure> LiveProjection::refresh() {
    if (is_discarded_) return replace();
    const auto stored = journal_.position();
    if (!stored) return stored.error();
    const Published shown = published();
    if (present_erasures(*stored, sealer_) != shown.erasures) return replace(); // the copies may have what was erased
    if (stored->head <= shown.head) return std::nullopt;                        // before a copy is made for nothing
    const auto copy = writer_copy();
    if (!copy) return copy.error();
    auto failure = advance(domain_, journal_, **copy, to_the_head, sealer_);
    is_discarded_ = *(*copy)->head < shown.head; // the domain threw, so `advance` has reset the copy
    if (!is_discarded_) snapshots_->publish();
    return failure;
}

/// Replaces all copies by a replay of the whole journal.
std::optional<journal::Failure> LiveProjection::replace() {
    snapshots_->discard();
    try {
        AnyState fresh = domain_.folding().make();
        if (auto failure = replay(domain_, journal_, fresh, to_the_head, {}, sealer_)) return failure;
        snapshots_->replace(std::move(fresh));
        is_discarded_ = false;
        return std::nullopt;
    } catch (...) {
        return exception_failure("the journal could not be replayed");
    }
}

/// Publishes the batch if it is stored. No other writer appends meanwhile, so only this batch can be new. It may be
/// published before the append returns, because its copy does not change any more.
std::optional<journal::Failure> LiveProjection::publish_if_stored() {
    if (!batch_->last) return std::nullopt;
    const auto receipt = journal_.receipt(*batch_->last);
    if (!receipt) return receipt.error();
    const Sequence end = *batch_->state->head + 1;
    if (*receipt && (*receipt)->first + (*receipt)->count == end) snapshots_->publish();
    return std::nullopt;
}

} // namespace evenfold::kernel
