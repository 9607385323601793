/// Decides the reports of providers and shells: sessions, dispatch, content, delivery, and the live sessions.
/// Content is never rejected: with a live turn, the current epoch and the next seq, an event is always accepted.
/// Source: the orchestration specification, section 6.3, rows 15 to 21, and section 6.4.
#pragma once

#include "evenfold/core/commands/orchestration/ingestion.hpp"
#include "evenfold/core/decider/orchestration/checks.hpp"

namespace evenfold::orchestration {

[[nodiscard]] Decision on(const BindSession& ask, const Index& index);
[[nodiscard]] Decision on(const LoseSession& ask, const Index& index);
[[nodiscard]] Decision on(const ConfirmTurnDispatched& ask, const Index& index);
[[nodiscard]] Decision on(const FailTurnDispatch& ask, const Index& index);
[[nodiscard]] Decision on(const IngestProviderEvent& ask, const Index& index);
[[nodiscard]] Decision on(const ConfirmAnswerDelivered& ask, const Index& index);
[[nodiscard]] Decision on(const FailAnswerDelivery& ask, const Index& index);
[[nodiscard]] Decision on(const Reconcile& ask, const Index& index);

} // namespace evenfold::orchestration
