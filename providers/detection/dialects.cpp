#include "evenfold/providers/detection/dialects.hpp"

namespace evenfold::providers {

namespace {

/// Cursor names the origin of its key in words of its own, and its lines have a time instead of an id.
bool is_cursor(const Sample& sample) {
    const PartialObject& line = sample.object;
    const std::string_view type = sample.type();
    if (type == "system") return is_one_of(line.string_at("apiKeySource"), "login", "env", "flag");
    if (type == "tool_call") return line.has("call_id") && line.has("tool_call");
    if (type == "thinking") return line.has("session_id") && line.has("subtype");
    return is_one_of(type, "user", "assistant") && line.has("timestamp_ms");
}

/// Amp names its threads with a prefix.
bool is_amp(const Sample& sample) {
    return is_one_of(sample.type(), "system", "assistant", "user", "result") &&
           sample.object.string_at("session_id").starts_with("T-");
}

bool is_droid(const Sample& sample) {
    const PartialObject& line = sample.object;
    const std::string_view type = sample.type();
    if (!line.has("session_id")) return false;
    if (type == "message") return line.has("role") && line.has("text");
    if (type == "completion") return line.has("finalText");
    return is_one_of(type, "tool_call", "tool_result") && (line.has("toolId") || line.has("messageId"));
}

} // namespace

std::string_view dialect_of(const Sample& sample) {
    if (sample.kind != SampleKind::json_object) return {};
    if (is_cursor(sample)) return "a Cursor agent stream";
    if (is_amp(sample)) return "an Amp stream";
    if (is_droid(sample)) return "a Droid stream";
    return {};
}

} // namespace evenfold::providers
