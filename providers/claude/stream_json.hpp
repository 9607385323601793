/// The wire format `claude-stream-json`: what `claude -p --output-format stream-json --verbose` prints, with or
/// without `--include-partial-messages`, also of several processes one after another. One JSON object a line.
/// Source: the documentation of Claude Code and its Agent SDK; recordings of versions 1.0 to 2.1.
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// A fresh fold over one stream.
[[nodiscard]] std::unique_ptr<Stream> open_claude_stream_json();

} // namespace evenfold::providers
