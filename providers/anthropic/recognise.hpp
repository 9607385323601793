/// Recognition of the body of a streaming response of the Anthropic Messages API.
/// Shape: a pure function of one line: the name or the data of an event, or an error body, which is one JSON object.
/// Source: Anthropic, "Streaming Messages" and "Errors".
#pragma once

#include "evenfold/providers/detection/sample.hpp"

namespace evenfold::providers {

/// Returns how sure it is that `sample` is a line of `anthropic-sse`.
[[nodiscard]] Confidence recognise_anthropic_sse(const Sample& sample);

} // namespace evenfold::providers
