#include "evenfold/providers/detection/unread_formats.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace evenfold::providers {

namespace {

struct UnreadFormat {
    std::string_view name;
    SampleKind kind;
    bool (*matches)(const Sample& sample);
    bool is_certain;
};

bool has_responses_type(const Sample& sample) {
    return sample.type().starts_with("response.");
}
bool has_responses_name(const Sample& sample) {
    return sample.text.starts_with("response.");
}
bool has_choices(const Sample& sample) {
    return sample.object.has("choices");
}
bool has_candidates(const Sample& sample) {
    return sample.object.has("candidates");
}
bool has_candidates_or_usage(const Sample& sample) {
    return has_candidates(sample) || sample.object.has("usageMetadata");
}
bool has_typed_properties(const Sample& sample) {
    return sample.object.has("properties") && !sample.type().empty();
}
bool is_codex_event(const Sample& sample) {
    const std::string_view type = sample.type();
    return type.starts_with("thread.") || type.starts_with("turn.") || type.starts_with("item.");
}
bool is_codex_rollout(const Sample& sample) {
    return sample.object.has("payload") &&
           is_one_of(sample.type(), "session_meta", "turn_context", "response_item", "event_msg", "compacted");
}
/// Matches rollouts of other versions. Logs have timed payloads, too.
bool has_timed_payload(const Sample& sample) {
    return sample.object.has("payload") && sample.object.has("timestamp");
}
bool is_claude_history(const Sample& sample) {
    const bool has_input = sample.object.has("display") && sample.object.has("pastedContents");
    return has_input && sample.type().empty();
}
bool is_gemini_recording(const Sample& sample) {
    return sample.object.has("method") && sample.object.has("response");
}
bool is_json_rpc(const Sample& sample) {
    return sample.object.has("jsonrpc");
}
/// Matches JSON-RPC without its version member, as codex writes it. Logs of HTTP requests have a method, too.
bool is_bare_json_rpc(const Sample& sample) {
    const bool is_call = sample.object.has("method") && (sample.object.has("params") || sample.object.has("id"));
    return is_call || (sample.object.has("id") && (sample.object.has("result") || sample.object.has("error")));
}
bool is_opencode_line(const Sample& sample) {
    return sample.object.has("sessionID") || has_typed_properties(sample);
}
bool is_gemini_line(const Sample& sample) {
    return is_one_of(sample.type(), "init", "message", "tool_use", "tool_result") && sample.object.has("timestamp");
}
bool is_message(const Sample& sample) {
    return sample.type() == "message";
}

constexpr auto rows = std::to_array<UnreadFormat>({
    {"an OpenAI Responses stream", SampleKind::event_name, has_responses_name, true},
    {"an OpenAI Responses stream", SampleKind::event_data, has_responses_type, true},
    {"an OpenAI Chat Completions stream", SampleKind::event_data, has_choices, true},
    {"a Gemini stream", SampleKind::event_data, has_candidates_or_usage, true},
    {"an opencode event stream", SampleKind::event_data, has_typed_properties, true},
    {"a codex exec stream", SampleKind::json_object, is_codex_event, true},
    {"a codex rollout", SampleKind::json_object, is_codex_rollout, true},
    {"a codex rollout", SampleKind::json_object, has_timed_payload, false},
    {"the input history of Claude Code, not a session", SampleKind::json_object, is_claude_history, true},
    {"a Gemini CLI recording", SampleKind::json_object, is_gemini_recording, false},
    {"a JSON-RPC conversation", SampleKind::json_object, is_json_rpc, true},
    {"a JSON-RPC conversation", SampleKind::json_object, is_bare_json_rpc, false},
    {"an opencode stream", SampleKind::json_object, is_opencode_line, false},
    {"a Gemini CLI stream", SampleKind::json_object, is_gemini_line, false},
    {"a Gemini response, not a stream", SampleKind::json_object, has_candidates, false},
    {"an OpenAI Chat Completions response, not a stream", SampleKind::json_object, has_choices, false},
    {"a whole Anthropic message, not a stream", SampleKind::json_object, is_message, false},
});

bool is_binary(std::string_view bytes) {
    const auto odd = std::ranges::count_if(bytes, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && !std::isspace(static_cast<unsigned char>(c)) && c != '\x1B';
    });
    return odd * 8 > std::ssize(bytes);
}

} // namespace

UnreadMatch unread_format_of(const Sample& sample) {
    const auto matches = [&](const UnreadFormat& row) { return row.kind == sample.kind && row.matches(sample); };
    const auto* const found = std::ranges::find_if(rows, matches);
    return found == rows.end() ? UnreadMatch{} : UnreadMatch{.name = found->name, .is_certain = found->is_certain};
}

std::string_view description_of(std::string_view text) {
    if (text.empty()) return "nothing: it is empty";
    if (is_binary(text)) return "binary data";
    if (text.starts_with("data:") || text.starts_with("event:") || text.starts_with(':')) {
        return "an event stream of an unknown format";
    }
    if (text.starts_with('{')) return "JSON of an unknown format";
    if (text.starts_with('[')) return "a JSON array";
    if (text.starts_with('<')) return "a markup document";
    return "plain text";
}

std::string_view binary_format_of(std::string_view bytes) {
    using Magic = std::pair<std::string_view, std::string_view>;
    constexpr auto known = std::to_array<Magic>({{"\x89PNG", "a PNG image"},
                                                 {"\xFF\xD8\xFF", "a JPEG image"},
                                                 {"GIF8", "a GIF image"},
                                                 {"%PDF", "a PDF document"},
                                                 {"PK\x03\x04", "a ZIP archive"},
                                                 {"\x1F\x8B", "gzip data"},
                                                 {"\x28\xB5\x2F\xFD", "zstd data"},
                                                 {"\x7F"
                                                  "ELF",
                                                  "a program"},
                                                 {"SQLite format 3", "an SQLite database"}});
    for (const auto& [magic, name] : known) {
        if (bytes.starts_with(magic)) return name;
    }
    return {};
}

} // namespace evenfold::providers
