#include "evenfold/kernel/engine/live_projection.hpp"

#include <utility>

#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {
namespace {

constexpr Sequence writer_lag_max = 65'536; // events that a copy may have missed and still be brought up to date

} // namespace

LiveProjection::LiveProjection(const AnyKernelDomain& domain, journal::Journal& journal, AnyState state)
    : domain_(domain),
      journal_(journal),
      snapshots_(std::make_shared<SnapshotPool>(domain.folding(), std::move(state), writer_lag_max)) {}

std::expected<Sequence, journal::Failure> LiveProjection::catch_up() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = batch_ ? publish_if_stored() : refresh()) return std::unexpected(std::move(*failure));
    return head();
}

std::expected<Sequence, journal::Failure> LiveProjection::begin_batch() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = refresh()) return std::unexpected(std::move(*failure));
    batch_ = OpenBatch{.state = &writer_copy(), .last = {}};
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

/// Returns the sequence of the last event that readers see.
Sequence LiveProjection::head() const {
    return snapshots_->read([](const AnyState& state) -> Sequence { return *state.head; });
}

/// Returns the next copy, brought up to the one that readers see. Events that other writers have appended were not kept
/// and are read again.
const AnyState& LiveProjection::writer_copy() {
    return snapshots_->writer_copy([&](const AnyState& state, Sequence until) {
        return !advance(domain_, journal_, state, until) && *state.head == until;
    });
}

std::optional<journal::Failure> LiveProjection::refresh() {
    const auto stored = journal_.head();
    if (!stored) return stored.error();
    if (*stored <= head()) return std::nullopt; // before a copy is made for nothing
    auto failure = advance(domain_, journal_, writer_copy());
    snapshots_->publish();
    return failure;
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
