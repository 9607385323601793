/// Recognises the body of a streaming response of the Anthropic Messages API.
/// Input: one line, which is the name or the data of an event, or an error body, which is one JSON object.
/// Source: Anthropic, "Streaming Messages" and "Errors".
#pragma once

#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

/// Returns the confidence that `sample` is a line of `anthropic-sse`.
[[nodiscard]] Confidence recognise_anthropic_sse(const Sample& sample);

} // namespace evenfold::providers
