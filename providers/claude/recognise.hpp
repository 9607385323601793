/// Recognition of streams of Claude Code, and of the transcripts that Claude Code keeps of its sessions.
/// Shape: pure functions of one line. The two are JSON Lines with shared types; the spelling of their ids differs.
/// Source: recordings of Claude Code 1.0 to 2.1; its documentation describes neither in full.
#pragma once

#include "evenfold/providers/detection/sample.hpp"

namespace evenfold::providers {

/// Returns how sure it is that `sample` is a line of `claude-stream-json`.
[[nodiscard]] Confidence recognise_claude_stream_json(const Sample& sample);

/// Returns whether `line` belongs to a transcript, which names its session `sessionId`, not `session_id`.
[[nodiscard]] bool is_claude_transcript(const PartialObject& line);

} // namespace evenfold::providers
