#include "evenfold/providers/claude/recognise.hpp"

namespace evenfold::providers {

Confidence recognise_claude_stream_json(const Sample& sample) {
    if (sample.kind != SampleKind::json_object) return Confidence::none;
    const PartialObject& line = sample.object;
    const std::string_view type = sample.type();
    const bool is_own_type = is_one_of(type, "stream_event", "rate_limit_event", "control_request", "control_response",
                                       "control_cancel_request", "permission.request", "session.forked");
    if (is_own_type) return Confidence::certain;
    if (is_claude_transcript(line)) return Confidence::none;
    const bool is_system = type == "system" && line.has("subtype");
    const bool is_message = is_one_of(type, "assistant", "user") && line.has("message");
    const bool is_result = type == "result" && (line.has("subtype") || line.has("is_error"));
    // Other agents begin their streams with the same description of the session, but without MCP servers.
    const bool is_shared = is_system && line.has("tools") && !line.has("mcp_servers") && !line.has("uuid");
    if (is_shared) return Confidence::likely;
    if (is_system || is_message || is_result) return Confidence::certain;
    // The sample may end before the type, because a long message may come first.
    const bool is_cut_message = type.empty() && line.has("message") &&
                                (line.has("parent_tool_use_id") || line.object_at("message").has("role"));
    return is_cut_message ? Confidence::likely : Confidence::none;
}

Confidence recognise_claude_transcript(const Sample& sample) {
    if (sample.kind != SampleKind::json_object) return Confidence::none;
    const PartialObject& line = sample.object;
    const std::string_view type = sample.type();
    const bool has_state = (type == "summary" && line.has("leafUuid")) ||
                           (type == "file-history-snapshot" && line.has("snapshot")) ||
                           (type == "queue-operation" && line.has("operation")) ||
                           (is_one_of(type, "mode", "permission-mode", "last-prompt", "ai-title", "custom-title") &&
                            line.has("sessionId"));
    if (has_state) return Confidence::likely;
    if (!is_claude_transcript(line)) return Confidence::none;
    // The sample may end before the type, because a long message may come first.
    const bool is_message = is_one_of(type, "user", "assistant", "") && line.object_at("message").has("content");
    const bool is_system = type == "system" && line.has("subtype");
    const bool is_in_tree = !type.empty() && line.has("parentUuid") && line.has("isSidechain");
    if (is_message || is_system || is_in_tree) return Confidence::certain;
    // A message whose content is not in the sample.
    const bool may_be_message = line.has("message") || (line.has("parentUuid") && line.has("uuid"));
    return may_be_message ? Confidence::likely : Confidence::none;
}

bool is_claude_transcript(const PartialObject& line) {
    const bool has_its_ids = line.has("sessionId") || line.has("parentUuid") || line.has("isSidechain");
    const bool is_shared_type = is_one_of(line.string_at("type"), "assistant", "user", "system");
    return has_its_ids && (is_shared_type || !line.has("session_id"));
}

} // namespace evenfold::providers
