/// The wire format `claude-stream-json`: the output of `claude -p --output-format stream-json --verbose`, with or
/// without `--include-partial-messages`. One JSON object per line. Several processes may write into one stream, one
/// after another.
/// Source: the documentation of Claude Code and its Agent SDK; recordings of versions 1.0 to 2.1.
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Returns a parser of one stream.
[[nodiscard]] std::unique_ptr<StreamParser> open_claude_stream_json();

} // namespace evenfold::providers
