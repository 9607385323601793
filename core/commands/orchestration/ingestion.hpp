/// Commands of ingestion: reports of a provider, and of the shell around it, about sessions and turns.
/// Epochs count the sessions of a thread, seqs the provider events of a turn. Both start at 1 and have no gaps.
/// Source: the orchestration specification, section 6.3, rows 15 to 21 and 34. Decided by
/// core/decider/orchestration/ingestion.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Reports that the provider opened session `epoch` of the thread. The previous session must have been lost. The agent
/// works in `folder`, in its own spelling.
struct BindSession {
    EVENFOLD_STRUCT(BindSession,
        (ThreadId, thread), (std::uint64_t, epoch), (CompactString, session_ref),
        (OptionalIndirect<CompactString>, folder));
    friend bool operator==(const BindSession&, const BindSession&) = default;
};

/// Reports that session `epoch` is gone. The turn that it carried ends with it.
struct LoseSession {
    EVENFOLD_STRUCT(LoseSession,
        (ThreadId, thread), (std::uint64_t, epoch), (std::string, reason));
    friend bool operator==(const LoseSession&, const LoseSession&) = default;
};

/// Reports that the provider has received the turn.
struct ConfirmTurnDispatched {
    EVENFOLD_STRUCT(ConfirmTurnDispatched,
        (TurnId, turn), (std::optional<std::string>, provider_turn_ref));
    friend bool operator==(const ConfirmTurnDispatched&, const ConfirmTurnDispatched&) = default;
};

/// Reports that the turn could not be sent to the provider.
struct FailTurnDispatch {
    EVENFOLD_STRUCT(FailTurnDispatch, (TurnId, turn), (std::string, reason));
    friend bool operator==(const FailTurnDispatch&, const FailTurnDispatch&) = default;
};

/// Reports that the output of a turn goes on after its end, because its recording was cut off, or because the agent
/// reported more. It must be the last turn of its thread, and the provider must have had it.
struct ContinueTurn {
    EVENFOLD_STRUCT(ContinueTurn, (TurnId, turn));
    friend bool operator==(const ContinueTurn&, const ContinueTurn&) = default;
};

/// Reports the provider event number `seq` of the turn. A repeat changes nothing; a gap is rejected.
struct IngestProviderEvent {
    EVENFOLD_STRUCT(IngestProviderEvent,
        (TurnId, turn), (std::uint64_t, epoch), (std::uint64_t, seq), (ProviderEvent, event));
    friend bool operator==(const IngestProviderEvent&, const IngestProviderEvent&) = default;
};

/// Reports that the provider has received the user's answer.
struct ConfirmAnswerDelivered {
    EVENFOLD_STRUCT(ConfirmAnswerDelivered, (RequestId, request));
    friend bool operator==(const ConfirmAnswerDelivered&, const ConfirmAnswerDelivered&) = default;
};

/// Reports that the user's answer cannot be delivered to the provider.
struct FailAnswerDelivery {
    EVENFOLD_STRUCT(FailAnswerDelivery, (RequestId, request), (std::string, reason));
    friend bool operator==(const FailAnswerDelivery&, const FailAnswerDelivery&) = default;
};

/// A session that the shell knows to be alive.
struct LiveSession {
    EVENFOLD_STRUCT(LiveSession, (ThreadId, thread), (std::uint64_t, epoch));
    friend bool operator==(const LiveSession&, const LiveSession&) = default;
};

/// Reports that only the sessions in `live` are alive. Every turn that depends on another session ends.
struct Reconcile {
    EVENFOLD_STRUCT(Reconcile, (std::vector<LiveSession>, live));
    friend bool operator==(const Reconcile&, const Reconcile&) = default;
};

} // namespace evenfold::orchestration
