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
    if (const std::uint64_t omitted = std::exchange(left_out_, 0); omitted > 0) {
        events.emplace_back(orchestration::provider::Notice{
            .level = orchestration::NoticeLevel::warning,
            .text = fmt::format("{} outside of a turn omitted", count_of(omitted, "event"))});
    }
    return events;
}

} // namespace evenfold::cli
