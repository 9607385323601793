/// The wire format `anthropic-sse`: the body of a streaming response of the Anthropic Messages API.
/// Each message is a turn. A body that is one JSON error object becomes a fatal error, because the API sends such
/// bodies with a status other than 200.
/// Source: Anthropic, "Streaming Messages" and "Errors".
#pragma once

#include <memory>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Returns a parser of one body.
[[nodiscard]] std::unique_ptr<StreamParser> open_anthropic_sse();

} // namespace evenfold::providers
