/// The wire format `anthropic-sse`: the body of a streaming response of the Anthropic Messages API.
/// Each message is a turn. A body that is one JSON error object, as in responses other than 200, is a fatal error.
/// Source: Anthropic, "Streaming Messages" and "Errors".
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Returns a new fold over one body.
[[nodiscard]] std::unique_ptr<StreamParser> open_anthropic_sse();

} // namespace evenfold::providers
