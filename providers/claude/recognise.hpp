/// Recognises streams of Claude Code, and the transcripts in which Claude Code stores its sessions.
/// Both are JSON Lines and share types of lines. They differ in the spelling of their ids.
/// Source: recordings of Claude Code 1.0 to 2.1; its documentation describes neither in full.
#pragma once

#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

/// Returns the confidence that `sample` is a line of `claude-stream-json`.
[[nodiscard]] Confidence recognise_claude_stream_json(const Sample& sample);

/// Returns the confidence that `sample` is a row of `claude-transcript`. A transcript may begin with rows without a
/// message, which are only likely to be of this format.
[[nodiscard]] Confidence recognise_claude_transcript(const Sample& sample);

/// Returns whether `line` belongs to a transcript, which spells the id of its session `sessionId`.
[[nodiscard]] bool is_claude_transcript(const PartialObject& line);

} // namespace evenfold::providers
