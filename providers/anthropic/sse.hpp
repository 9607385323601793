/// The wire format `anthropic-sse`: the body of a streaming answer of the Anthropic Messages API.
/// Each message is a turn. A body that is one JSON error object, as answers other than 200 have, is a fatal error.
/// Source: Anthropic, "Streaming Messages" and "Errors".
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// A fresh fold over one body.
[[nodiscard]] std::unique_ptr<Stream> open_anthropic_sse();

} // namespace evenfold::providers
