/// The wire format `claude-transcript`: the file in which Claude Code stores a session, one JSON object per line.
/// A turn begins with a row that the user typed and ends before the next one, because no row reports its end. If the
/// file ends while a call or its next message is missing, the turn is cut off, because the session may still run.
/// Messages have the ids that they have in `claude-stream-json`, so that a recording of both contains each once.
/// Source: transcripts of versions 1.0 to 2.1. Claude Code does not document them.
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Returns a parser of one transcript.
[[nodiscard]] std::unique_ptr<StreamParser> open_claude_transcript();

} // namespace evenfold::providers
