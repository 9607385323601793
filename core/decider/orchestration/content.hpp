/// Converts provider events of a live turn to events of the domain.
/// Shape: a builder of one batch; every event carries the turn and the provider's seq. Content is never rejected: a
/// violation of the protocol or of a limit becomes a notice, and the seq still advances.
/// Source: the orchestration specification, section 6.4.
#pragma once

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

/// Returns the events for `provider_event`, number `seq` of `turn`. The turn must be active, and `seq` must be its
/// next.
[[nodiscard]] Decision decide_content(const Index& index, const Turn& turn, std::uint64_t epoch, std::uint64_t seq,
                                      const ProviderEvent& provider_event);

} // namespace evenfold::orchestration
