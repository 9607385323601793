/// Commands of turns: what may be asked of an agent at work, and how its questions are answered.
/// Ids are brought by the caller. Answered by core/decider/orchestration/turn.cpp.
/// Source: the orchestration specification, section 6.3, rows 9 to 14.
#pragma once

#include <string>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {

/// Ask the agent of `thread` for one turn of work. `input` holds 1 to input_chars_max characters.
struct StartTurn {
    EVENFOLD_STRUCT(StartTurn,
        (TurnId, turn), (ThreadId, thread), (MessageId, message), (std::string, input),
        (OnBusy, on_busy));
    friend bool operator==(const StartTurn&, const StartTurn&) = default;
};

/// Take a queued turn out of the queue.
struct CancelQueuedTurn {
    EVENFOLD_STRUCT(CancelQueuedTurn, (TurnId, turn));
    friend bool operator==(const CancelQueuedTurn&, const CancelQueuedTurn&) = default;
};

/// Go on with the queue of a held thread.
struct ResumeQueue {
    EVENFOLD_STRUCT(ResumeQueue, (ThreadId, thread));
    friend bool operator==(const ResumeQueue&, const ResumeQueue&) = default;
};

/// Ask the provider to stop a turn at work.
struct InterruptTurn {
    EVENFOLD_STRUCT(InterruptTurn, (TurnId, turn));
    friend bool operator==(const InterruptTurn&, const InterruptTurn&) = default;
};

/// Close a turn whatever the provider says; always possible while it has not ended.
struct ForceStopTurn {
    EVENFOLD_STRUCT(ForceStopTurn, (TurnId, turn), (std::string, reason));
    friend bool operator==(const ForceStopTurn&, const ForceStopTurn&) = default;
};

/// Answer what the agent asked; the decision must fit the kind of the request.
struct RespondApproval {
    EVENFOLD_STRUCT(RespondApproval, (RequestId, request), (ApprovalDecision, decision));
    friend bool operator==(const RespondApproval&, const RespondApproval&) = default;
};

} // namespace evenfold::orchestration
