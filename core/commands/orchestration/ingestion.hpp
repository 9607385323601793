/// Commands of ingestion: what a provider, and the shell around it, tell of sessions and turns.
/// Epochs count the sessions of a thread from 1, seqs the provider events of a turn from 1, both without gaps.
/// Source: the orchestration specification, section 6.3, rows 15 to 21. Answered by
/// core/decider/orchestration/ingestion.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// The provider opened session `epoch` of the thread; the one before must have been lost.
struct BindSession {
    EVENFOLD_STRUCT(BindSession,
        (ThreadId, thread), (std::uint64_t, epoch), (std::string, session_ref));
    friend bool operator==(const BindSession&, const BindSession&) = default;
};

/// Session `epoch` is gone; the turn that it carried ends with it.
struct LoseSession {
    EVENFOLD_STRUCT(LoseSession,
        (ThreadId, thread), (std::uint64_t, epoch), (std::string, reason));
    friend bool operator==(const LoseSession&, const LoseSession&) = default;
};

/// The provider has the turn.
struct ConfirmTurnDispatched {
    EVENFOLD_STRUCT(ConfirmTurnDispatched,
        (TurnId, turn), (std::optional<std::string>, provider_turn_ref));
    friend bool operator==(const ConfirmTurnDispatched&, const ConfirmTurnDispatched&) = default;
};

/// The turn could not be handed to the provider.
struct FailTurnDispatch {
    EVENFOLD_STRUCT(FailTurnDispatch, (TurnId, turn), (std::string, reason));
    friend bool operator==(const FailTurnDispatch&, const FailTurnDispatch&) = default;
};

/// The `seq`-th thing that the provider tells of the turn. A repeat changes nothing, a gap is refused.
struct IngestProviderEvent {
    EVENFOLD_STRUCT(IngestProviderEvent,
        (TurnId, turn), (std::uint64_t, epoch), (std::uint64_t, seq), (ProviderEvent, event));
    friend bool operator==(const IngestProviderEvent&, const IngestProviderEvent&) = default;
};

/// The provider has the user's answer.
struct ConfirmAnswerDelivered {
    EVENFOLD_STRUCT(ConfirmAnswerDelivered, (RequestId, request));
    friend bool operator==(const ConfirmAnswerDelivered&, const ConfirmAnswerDelivered&) = default;
};

/// The user's answer cannot reach the provider.
struct FailAnswerDelivery {
    EVENFOLD_STRUCT(FailAnswerDelivery, (RequestId, request), (std::string, reason));
    friend bool operator==(const FailAnswerDelivery&, const FailAnswerDelivery&) = default;
};

/// A session that the shell knows to be alive.
struct LiveSession {
    EVENFOLD_STRUCT(LiveSession, (ThreadId, thread), (std::uint64_t, epoch));
    friend bool operator==(const LiveSession&, const LiveSession&) = default;
};

/// Only the sessions in `live` are alive: whatever waits for another one ends now.
struct Reconcile {
    EVENFOLD_STRUCT(Reconcile, (std::vector<LiveSession>, live));
    friend bool operator==(const Reconcile&, const Reconcile&) = default;
};

} // namespace evenfold::orchestration
