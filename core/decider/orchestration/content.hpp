/// What each thing that a provider can tell of a live turn becomes.
/// Shape: a builder of one batch; every event carries the turn and the provider's seq. Content is never refused: what
/// breaks the protocol or a limit becomes a notice, and the seq advances all the same.
/// Source: the orchestration specification, section 6.4.
#pragma once

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/decider/orchestration/answer.hpp"

namespace evenfold::orchestration {

/// Accepted: the events that `told`, the `seq`-th thing told of `turn`, becomes. The turn is active and `seq` its next.
[[nodiscard]] Decision
content(const Index& index, const Turn& turn, std::uint64_t epoch, std::uint64_t seq, const ProviderEvent& told);

} // namespace evenfold::orchestration
