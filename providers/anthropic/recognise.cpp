#include "evenfold/providers/anthropic/recognise.hpp"

namespace evenfold::providers {

namespace {

bool is_message_event(std::string_view name) {
    return is_one_of(name, "message_start", "content_block_start", "content_block_delta", "content_block_stop",
                     "message_delta", "message_stop");
}

Confidence confidence_of_event(const Sample& sample) {
    const std::string_view type = sample.type();
    if (is_message_event(type) || type == "ping") return Confidence::certain;
    const bool is_error = type == "error" && sample.object.object_at("error").has("type");
    return is_error ? Confidence::likely : Confidence::none;
}

/// Recognises an error body. opencode prints similar objects, but with a session id.
Confidence confidence_of_body(const Sample& sample) {
    const bool is_error = sample.type() == "error" && sample.object.has("error") && !sample.object.has("sessionID");
    return is_error ? Confidence::likely : Confidence::none;
}

} // namespace

Confidence recognise_anthropic_sse(const Sample& sample) {
    switch (sample.kind) {
    case SampleKind::event_name:
        // Other formats also have events called `ping` and `error`, so that only their data can decide.
        return is_message_event(sample.text) ? Confidence::certain : Confidence::none;
    case SampleKind::event_data: return confidence_of_event(sample);
    case SampleKind::json_object: return confidence_of_body(sample);
    case SampleKind::other: break;
    }
    return Confidence::none;
}

} // namespace evenfold::providers
