#include "evenfold/providers/claude/notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evenfold/core/values/instant.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::provider::Notice;

namespace {

/// Lines without content for a person, apart from the fact that the agent is alive.
constexpr auto progress_subtypes =
    std::to_array<std::string_view>({"hook_progress", "status", "thinking_tokens", "task_progress", "task_updated",
                                     "turn_duration", "background_tasks_changed", "session_state_changed"});
constexpr auto progress_types = std::to_array<std::string_view>({"tool_progress", "keep_alive"});

/// Lines whose content is no part of the conversation.
constexpr auto kept_subtypes = std::to_array<std::string_view>(
    {"task_started", "post_turn_summary", "files_persisted", "elicitation_complete", "session_start",
     "stop_hook_summary", "informational", "away_summary", "api_refusal", "model_refusal_fallback"});
constexpr auto kept_types = std::to_array<std::string_view>({"tool_use_summary", "auth_status", "prompt_suggestion"});

bool is_listed(const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Returns the members of `line` under those keys that have a value, such as ", attempt 1, in 500 ms". A key may be
/// followed by its unit.
std::string details_of(JsonValue line, std::initializer_list<std::pair<std::string_view, std::string_view>> forms) {
    std::string details;
    for (const auto& [key, form] : forms) {
        const JsonValue value = member_at(line, key);
        if (value.is_null()) continue;
        const std::string shown = value.is_string() ? std::string(value.text()) : text_of(value);
        if (shown.empty()) continue;
        details += fmt::format(", {}", fmt::format(fmt::runtime(form), shown));
    }
    return details;
}

void add_retry(JsonValue line, ItemBuffer& items) {
    const JsonValue error = member_at(line, "error");
    std::string why(error.is_string() ? error.text() : text_at(error, "message"));
    if (why.empty() && !error.is_null()) why = text_of(error);
    const std::string details = details_of(line, {{"error_status", "HTTP status {}"},
                                                  {"attempt", "attempt {}"},
                                                  {"retryAttempt", "attempt {}"},
                                                  {"max_retries", "of at most {}"},
                                                  {"maxRetries", "of at most {}"},
                                                  {"retry_delay_ms", "after {} ms"},
                                                  {"retryInMs", "after {} ms"}});
    items.add(Notice{
        .level = NoticeLevel::warning,
        .text = fmt::format("an API request failed and is retried{}{}{}", why.empty() ? "" : ": ", why, details)});
}

void add_compaction(JsonValue line, ItemBuffer& items) {
    const JsonValue in_transcript = member_at(line, "compactMetadata");
    const JsonValue metadata = in_transcript.is_absent() ? member_at(line, "compact_metadata") : in_transcript;
    items.add(Notice{.level = NoticeLevel::info,
                     .text = "the conversation so far was compacted" +
                             details_of(metadata, {{"trigger", "trigger {}"},
                                                   {"pre_tokens", "{} tokens before"},
                                                   {"preTokens", "{} tokens before"},
                                                   {"post_tokens", "{} tokens after"}})});
}

/// Keeps the output of a hook, and its exit code if it failed.
void add_hook(JsonValue line, ItemBuffer& items) {
    std::string output(text_at(line, "output"));
    if (output.empty()) output = fmt::format("{}{}", text_at(line, "stdout"), text_at(line, "stderr"));
    const JsonValue exit = member_at(line, "exit_code");
    const bool has_failed = exit.integer().value_or(0) != 0;
    if (has_failed) output += fmt::format("{}(exit code {})", output.empty() ? "" : " ", text_of(exit));
    if (output.empty()) return items.count_progress("system/hook_response");
    items.keep(fmt::format("hook {}", text_at(line, "hook_name")), output);
}

void add_task_notification(JsonValue line, ItemBuffer& items) {
    const std::string_view summary = text_at(line, "summary");
    const std::string details =
        details_of(line, {{"task_id", "task {}"}, {"status", "{}"}, {"output_file", "output in {}"}});
    if (summary.empty() && details.empty()) return items.count_progress("system/task_notification");
    items.keep("task notification",
               summary.empty() ? std::string(line.spelling()) : fmt::format("{}{}", summary, details));
}

} // namespace

void add_system_notice(JsonValue line, ItemBuffer& items) {
    const std::string_view subtype = text_at(line, "subtype");
    if (subtype == "compact_boundary") return add_compaction(line, items);
    if (subtype == "api_retry" || subtype == "api_error") return add_retry(line, items);
    if (subtype == "hook_response") return add_hook(line, items);
    if (subtype == "task_notification") return add_task_notification(line, items);
    if (subtype == "local_command_output" || subtype == "local_command")
        return items.keep("output of a local command", text_at(line, "content"));
    const std::string kind = fmt::format("system/{}", subtype);
    if (is_listed(progress_subtypes, subtype)) return items.count_progress(kind);
    if (is_listed(kept_subtypes, subtype)) return items.keep(kind, line.spelling());
    items.keep_unknown(kind, line.spelling());
}

void add_rate_limit_notice(JsonValue line, std::string& last, ItemBuffer& items) {
    const JsonValue limit = member_at(line, "rate_limit_info");
    const std::string_view status = text_at(limit, "status");
    if (status.empty()) return items.count_progress("rate_limit_event");
    std::string reset;
    if (const auto seconds = count_at(limit, "resetsAt"); seconds && *seconds < (1ULL << 33))
        reset = fmt::format(", resets at {}", to_text(Instant{static_cast<std::int64_t>(*seconds) * 1000}));
    const std::string text =
        fmt::format("rate limit {}: {}{}{}", text_at(limit, "rateLimitType"), status, reset,
                    details_of(limit, {{"utilization", "utilization {}"}, {"overageStatus", "overage {}"}}));
    const bool is_known = text == last || (status == "allowed" && reset.empty());
    if (is_known) return items.count_progress("rate_limit_event");
    last = text;
    const bool is_near = status != "allowed";
    items.add(Notice{.level = is_near ? NoticeLevel::warning : NoticeLevel::info, .text = text});
}

void add_other_notice(JsonValue line, ItemBuffer& items) {
    const std::string_view type = text_at(line, "type");
    if (is_listed(progress_types, type)) return items.count_progress(type);
    if (is_listed(kept_types, type)) return items.keep(type, line.spelling());
    items.keep_unknown(type.empty() ? "object" : fmt::format("line {}", type), line.spelling());
}

} // namespace evenfold::providers
