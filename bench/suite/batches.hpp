/// The events of a mix, made once and copied in batches that are warm in the cache, as they are after decoding.
/// Shape: batches of 1,024 events, copied from a log that all sides of a case share.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"

namespace evenfold::bench {

using SharedEvents = std::shared_ptr<const std::vector<orchestration::Event>>;

/// Returns the first events of the mix; the same log for the same shape and count while a caller holds it.
[[nodiscard]] SharedEvents shared_events(const MixShape& shape, std::size_t count);

/// Calls `visit` with a copy of each batch, in order.
template <class Visit>
void each_batch(const SharedEvents& log, Visit visit) {
    constexpr std::size_t batch_events = 1024;
    std::vector<orchestration::Event> batch;
    for (std::size_t at = 0; at < log->size(); at += batch_events) {
        const std::span all(*log);
        const auto part = all.subspan(at, std::min(batch_events, all.size() - at));
        batch.assign(part.begin(), part.end());
        visit(batch);
    }
}

} // namespace evenfold::bench
