/// Commands of turns: starting, stopping and queueing the work of an agent, and responding to its requests.
/// The caller supplies ids. Decided by core/decider/orchestration/turn.cpp.
/// Source: the orchestration specification, section 6.3, rows 9 to 14.
#pragma once

#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Requests one turn of work from the agent of `thread`. `input` must have 1 to input_chars_max characters.
struct StartTurn {
    EVENFOLD_STRUCT(StartTurn,
        (TurnId, turn), (ThreadId, thread), (MessageId, message), (std::string, input),
        (OnBusy, on_busy));
    friend bool operator==(const StartTurn&, const StartTurn&) = default;
};

/// Removes a queued turn from the queue.
struct CancelQueuedTurn {
    EVENFOLD_STRUCT(CancelQueuedTurn, (TurnId, turn));
    friend bool operator==(const CancelQueuedTurn&, const CancelQueuedTurn&) = default;
};

/// Resumes the queue of a held thread.
struct ResumeQueue {
    EVENFOLD_STRUCT(ResumeQueue, (ThreadId, thread));
    friend bool operator==(const ResumeQueue&, const ResumeQueue&) = default;
};

/// Asks the provider to stop an active turn.
struct InterruptTurn {
    EVENFOLD_STRUCT(InterruptTurn, (TurnId, turn));
    friend bool operator==(const InterruptTurn&, const InterruptTurn&) = default;
};

/// Ends a turn without waiting for the provider. Always possible while the turn has not ended.
struct ForceStopTurn {
    EVENFOLD_STRUCT(ForceStopTurn, (TurnId, turn), (std::string, reason));
    friend bool operator==(const ForceStopTurn&, const ForceStopTurn&) = default;
};

/// Responds to a request of the agent. The decision must fit the kind of the request.
struct RespondApproval {
    EVENFOLD_STRUCT(RespondApproval, (RequestId, request), (ApprovalDecision, decision));
    friend bool operator==(const RespondApproval&, const RespondApproval&) = default;
};

} // namespace evenfold::orchestration
