/// Decides the reports of providers and shells: sessions, dispatch, content, delivery, and the live sessions.
/// Content is never rejected: with a live turn, the current epoch and the next seq, an event is always accepted.
/// Source: the orchestration specification, section 6.3, rows 15 to 21 and 34, and section 6.4.
#pragma once

#include "evenfold/core/commands/orchestration/ingestion.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const BindSession& command, const Index& index);
[[nodiscard]] Decision on(const LoseSession& command, const Index& index);
[[nodiscard]] Decision on(const ConfirmTurnDispatched& command, const Index& index);
[[nodiscard]] Decision on(const FailTurnDispatch& command, const Index& index);
[[nodiscard]] Decision on(const ContinueTurn& command, const Index& index);
[[nodiscard]] Decision on(const IngestProviderEvent& command, const Index& index);
[[nodiscard]] Decision on(const ConfirmAnswerDelivered& command, const Index& index);
[[nodiscard]] Decision on(const FailAnswerDelivery& command, const Index& index);
[[nodiscard]] Decision on(const Reconcile& command, const Index& index);

} // namespace evenfold::orchestration
