#include "evenfold/cli/recording/held_events.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/recording/stream_events.hpp"

namespace evenfold::cli {

void HeldEvents::add(orchestration::ProviderEvent event) {
    if (!events_.empty() && append(events_.back(), event, orchestration::content_bytes_max)) return;
    if (events_.size() < held_events_max)
        events_.push_back(std::move(event));
    else
        ++left_out_;
}

std::vector<orchestration::ProviderEvent> HeldEvents::take() {
    std::vector<orchestration::ProviderEvent> events = std::exchange(events_, {});
    if (left_out_ > 0) events.push_back(warning());
    left_out_ = 0;
    return events;
}

/// Returns the notice about the events that were only counted.
orchestration::ProviderEvent HeldEvents::warning() const {
    return orchestration::provider::Notice{
        .level = orchestration::NoticeLevel::warning,
        .text = fmt::format("{} outside of a turn omitted", count_of(left_out_, "event"))};
}

} // namespace evenfold::cli
