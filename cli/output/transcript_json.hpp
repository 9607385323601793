/// One turn of the transcript as JSON.
/// Shape: {thread, turn, session, ordinal, state, input, text, thinking, tool_calls: [{id, name, input, status, output,
/// is_error, parent}], approvals, usage, stop_reason, error, notices}. text and thinking are those of the main agent;
/// tool_calls include those of subagents.
#pragma once

#include <string>

#include "evenfold/cli/output/session_refs.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

/// Returns the turn as compact JSON.
[[nodiscard]] std::string
to_json(const orchestration::Model& model, const orchestration::Turn& turn, const SessionRefs& sessions);

} // namespace evenfold::cli
