/// One turn of the transcript as JSON.
/// Shape: {thread, turn, session, ordinal, state, model, started_at_ms, ended_at_ms, input, text, thinking,
/// blocks: [{type, text or id, parent, at_ms}], messages: [{id, agent, session, model, sent_at, parent, discarded}],
/// tool_calls: [{id, name, input, status, output, is_error, parent}], approvals, usage, stop_reason, error, notices}.
/// text and thinking are those of the main agent; blocks, in the order of the reply, and tool_calls include those of
/// subagents. The status of a call without a result is `unrecorded` if its turn completed.
#pragma once

#include <string>

#include "evenfold/cli/output/session_refs.hpp"
#include "evenfold/cli/output/turn_times.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

/// Returns the turn as compact JSON.
[[nodiscard]] std::string to_json(const orchestration::Model& model, const orchestration::Turn& turn,
                                  const SessionRefs& sessions, const TurnTimes& times);

} // namespace evenfold::cli
