#include "evenfold/providers/claude/transcript_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/providers/claude/notices.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

namespace {

/// Rows that describe the session, and the member with their content.
using StateRow = std::pair<std::string_view, std::string_view>;
constexpr auto state_rows = std::to_array<StateRow>({{"summary", "summary"},
                                                     {"ai-title", "aiTitle"},
                                                     {"custom-title", "customTitle"},
                                                     {"agent-name", "agentName"},
                                                     {"last-prompt", "lastPrompt"},
                                                     {"mode", "mode"},
                                                     {"permission-mode", "permissionMode"}});

/// Rows whose whole text is kept.
constexpr auto event_rows = std::to_array<std::string_view>(
    {"queue-operation", "pr-link", "frame-link", "worktree-state", "relocated", "started", "result", "bridge-session"});

constexpr auto progress_rows = std::to_array<std::string_view>({"progress", "file-history-snapshot"});

/// Keeps the content of an attachment. A text that the user typed while the agent worked reads as in a stream.
void add_attachment(JsonValue row, ItemBuffer& items) {
    const JsonValue attachment = member_at(row, "attachment");
    const std::string_view type = text_at(attachment, "type");
    const std::string_view prompt = text_at(attachment, "prompt");
    const std::string_view mode = text_at(attachment, "commandMode");
    const bool is_typed = type == "queued_command" && (mode.empty() || mode == "prompt");
    if (is_typed && !prompt.empty()) return items.keep("the user said", prompt);
    items.keep(fmt::format("attachment {}", type), attachment.spelling());
}

} // namespace

bool is_progress_row(std::string_view type) {
    return std::ranges::find(progress_rows, type) != progress_rows.end();
}

void TranscriptRows::add(JsonValue row, ItemBuffer& items) {
    const std::string_view type = text_at(row, "type");
    if (type == "system") return add_system_notice(row, items);
    if (type == "attachment") return add_attachment(row, items);
    if (const auto* const state = std::ranges::find(state_rows, type, &StateRow::first); state != state_rows.end()) {
        const std::string_view value = text_at(row, state->second);
        return add_state(type, value.empty() ? row.spelling() : value, items);
    }
    if (std::ranges::find(event_rows, type) != event_rows.end()) return items.keep(type, row.spelling());
    add_other_notice(row, items);
}

void TranscriptRows::add_state(std::string_view type, std::string_view value, ItemBuffer& items) {
    std::string hash = sha256_hex(value);
    std::string& last = last_[std::string(type)];
    if (last == hash) return items.count_progress(type);
    last = std::move(hash);
    items.keep(type, value);
}

} // namespace evenfold::providers
