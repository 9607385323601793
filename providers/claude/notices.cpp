#include "evenfold/providers/claude/notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::provider::Notice;

namespace {

constexpr auto silent_subtypes = std::to_array<std::string_view>(
    {"hook_started", "hook_progress", "hook_response", "status", "thinking_tokens", "task_started", "task_progress",
     "task_notification", "task_updated", "background_tasks_changed", "post_turn_summary", "session_state_changed",
     "files_persisted", "local_command_output", "elicitation_complete"});

} // namespace

bool add_system_notice(const Json& line, ItemBuffer& items) {
    const std::string_view subtype = text_at(line, "subtype");
    if (subtype == "compact_boundary") {
        items.add(Notice{.level = NoticeLevel::info, .text = "the conversation so far was compacted"});
    } else if (subtype == "api_retry" || subtype == "api_error") {
        const std::string_view error = text_at(line, "error");
        items.add(
            Notice{.level = NoticeLevel::warning,
                   .text = fmt::format("an API request failed and is retried{}{}", error.empty() ? "" : ": ", error)});
    } else {
        return std::ranges::find(silent_subtypes, subtype) != silent_subtypes.end();
    }
    return true;
}

void add_rate_limit_notice(const Json& line, ItemBuffer& items) {
    const Json& limit = member_at(line, "rate_limit_info");
    const std::string_view status = text_at(limit, "status");
    if (status.empty() || status == "allowed") return;
    items.add(Notice{.level = NoticeLevel::warning,
                     .text = fmt::format("rate limit {}: {}", text_at(limit, "rateLimitType"), status)});
}

} // namespace evenfold::providers
