#include "evenfold/providers/claude/stream_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/claude/documents.hpp"
#include "evenfold/providers/claude/notices.hpp"
#include "evenfold/providers/claude/permission.hpp"
#include "evenfold/providers/claude/speaker_tracks.hpp"
#include "evenfold/providers/claude/tool_results.hpp"
#include "evenfold/providers/claude/turn.hpp"
#include "evenfold/providers/claude/user_text.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::provider::Notice;
using orchestration::provider::ToolResult;

namespace {

/// Types of lines that belong to a turn, and therefore to the session of the turn.
constexpr auto turn_types = std::to_array<std::string_view>({"assistant", "user", "stream_event", "result"});

/// A line, and the members that nearly every line has.
struct StreamLine {
    JsonValue value;
    std::string_view type;
    std::string_view session;
    std::string_view parent; // the call of the subagent that the line belongs to
    JsonValue event;

    [[nodiscard]] bool is_of_turn() const { return std::ranges::find(turn_types, type) != turn_types.end(); }
};

class ClaudeStreamJson final : public StreamParser {
public:
    std::vector<Item> feed(std::string_view bytes) override;
    std::vector<Item> finish() override;
    [[nodiscard]] SkipCounts skipped() const override { return items_.skipped(); }
    [[nodiscard]] KindCounts unmapped() const override { return items_.unmapped(); }

private:
    void on_document(const Document& document, SourcePosition position);
    void pass_items_to_turn();
    void check_session(const StreamLine& line);
    void on_line(const StreamLine& line);
    void on_assistant(const MessageSource& source);
    void on_system(JsonValue line);
    void on_init(JsonValue line);
    void on_user(JsonValue line);
    void emit_result(ToolResult result);
    void on_result(JsonValue line);
    void on_error(JsonValue line);
    void fail_open_turn(std::string_view code, std::string_view how);
    void clear();

    ItemBuffer items_;
    DocumentReader documents_{
        items_, [this](const Document& document, SourcePosition position) { on_document(document, position); }};
    SpeakerTracks tracks_;
    ClaudePermission permission_;
    ClaudeTurn turn_;
    std::size_t items_passed_ = 0; // number of items already passed to the turn
    bool process_began_ = false;
    std::string session_;              // of the last description
    std::string turn_session_;         // of the open turn, if its lines name one
    bool is_mixed_ = false;            // lines of another session are in the turn, and the warning is added
    std::string last_rate_limit_;      // the last notice
    std::set<std::string> seen_lines_; // ids of the assistant lines of the turn
};

std::vector<Item> ClaudeStreamJson::feed(std::string_view bytes) {
    documents_.feed(bytes);
    items_passed_ = 0;
    return items_.take();
}

std::vector<Item> ClaudeStreamJson::finish() {
    documents_.finish();
    if (turn_.is_open() || tracks_.streaming()) fail_open_turn("stream_truncated", "the stream ended");
    items_.flush_warnings();
    items_passed_ = 0;
    return items_.take();
}

void ClaudeStreamJson::on_document(const Document& document, SourcePosition position) {
    if (document.is_repaired) items_.warn_repaired(position);
    const auto [type, session, parent, event] =
        document.value.find_each("type", "session_id", "parent_tool_use_id", "event");
    const StreamLine line{.value = document.value,
                          .type = type.text(),
                          .session = session.text(),
                          .parent = parent.text(),
                          .event = event};
    check_session(line);
    on_line(line);
    pass_items_to_turn();
    if (turn_.is_open() && turn_session_.empty()) turn_session_ = line.session;
}

/// Adds a warning if a line of another session is inside the turn, because two sessions were written into one file.
void ClaudeStreamJson::check_session(const StreamLine& line) {
    const bool is_other = !line.session.empty() && !turn_session_.empty() && line.session != turn_session_;
    if (!is_other || is_mixed_ || !line.is_of_turn()) return;
    is_mixed_ = true;
    items_.add(
        Notice{.level = NoticeLevel::warning,
               .text = fmt::format("lines of session {} are inside a turn of session {}, and are recorded in that turn",
                                   line.session, turn_session_)});
}

/// Passes new items to the turn. Must be called before the turn ends, because they would open another one after it.
void ClaudeStreamJson::pass_items_to_turn() {
    turn_.record_items(items_.after(items_passed_));
    items_passed_ = items_.size();
}

void ClaudeStreamJson::on_line(const StreamLine& line) {
    const std::string_view type = line.type;
    const JsonValue value = line.value;
    if (type == "stream_event" || type == "assistant") {
        MessageSource source{.parent = {}, .session = line.session, .line = value};
        if (!line.parent.empty()) source.parent = line.parent;
        if (line.session.empty()) source.session = session_;
        return type == "assistant" ? on_assistant(source) : tracks_.on_event(source, line.event, items_);
    }
    if (type == "user") return on_user(value);
    if (type == "system") return on_system(value);
    if (type == "result") return on_result(value);
    if (type == "rate_limit_event") return add_rate_limit_notice(value, last_rate_limit_, items_);
    if (type == "control_request") return permission_.on_request(value, items_);
    if (type == "permission.request") return permission_.on_callback(value, items_);
    if (type == "control_response") return permission_.on_response(value, items_);
    if (type == "control_cancel_request") return permission_.on_cancel(value, items_);
    if (type == "session.forked") return turn_.on_new_process();
    if (type == "error") return on_error(value);
    add_other_notice(value, items_);
}

void ClaudeStreamJson::on_assistant(const MessageSource& source) {
    const auto id = nonempty_at(source.line, "uuid");
    if (id && !seen_lines_.insert(*id).second) return; // a repeated line
    if (!source.parent) turn_.on_assistant_error(source.line);
    tracks_.on_snapshot(source, member_at(source.line, "message"), items_);
}

void ClaudeStreamJson::on_system(JsonValue line) {
    const std::string_view subtype = text_at(line, "subtype");
    if (subtype == "init") return on_init(line);
    if (subtype == "hook_started") {
        const std::string_view hook = text_at(line, "hook_name");
        process_began_ = process_began_ || hook == "SessionStart:startup" || hook == "SessionStart:resume";
        items_.count_progress("system/hook_started");
    } else if (subtype == "permission_denied") {
        permission_.on_denied(line, items_);
    } else {
        add_system_notice(line, items_);
    }
}

/// Reads the description of the session, which Claude Code prints before each turn, sometimes after the prompt. If the
/// turn has begun, or belongs to another session, its process was killed, and this line is from the next process.
void ClaudeStreamJson::on_init(JsonValue line) {
    const std::string session(text_at(line, "session_id"));
    const bool is_other = !turn_session_.empty() && session != turn_session_;
    const bool is_restart = turn_.has_begun() || tracks_.streaming() || process_began_ || is_other;
    if ((turn_.is_open() || tracks_.streaming()) && is_restart)
        fail_open_turn("session_restarted", "the session was restarted");
    if (process_began_ || session != session_) turn_.on_new_process();
    process_began_ = false;
    session_ = session;
    items_.add(SessionStarted{.session_ref = session,
                              .model = std::string(text_at(line, "model")),
                              .working_folder = std::string(text_at(line, "cwd"))});
}

void ClaudeStreamJson::on_user(JsonValue line) {
    const JsonValue message = member_at(line, "message");
    const JsonValue content = message.is_object() ? member_at(message, "content") : message;
    const bool has_results =
        read_tool_results(content, items_, [this](ToolResult result) { emit_result(std::move(result)); });
    if (nonempty_at(line, "parent_tool_use_id")) {
        if (!has_results) items_.keep("prompt of a subagent", typed_text(content));
        return;
    }
    if (is_interruption(content)) return turn_.interrupt();
    std::string typed = typed_text(content);
    if (typed.empty()) return;
    if (const std::string_view origin = origin_of(line, typed); !origin.empty() || has_results || is_made_up(line))
        return items_.keep(origin.empty() ? "text of the agent's program" : origin, typed);
    // A prompt may come before the description of its session.
    if (const auto session = nonempty_at(line, "session_id"); session && *session != session_) {
        session_ = *session;
        turn_.on_new_process();
        items_.add(SessionStarted{.session_ref = session_, .model = {}, .working_folder = {}});
    }
    items_.add(Prompt{.text = std::move(typed)});
}

void ClaudeStreamJson::emit_result(ToolResult result) {
    permission_.on_result(result.call_id, items_);
    items_.add(std::move(result));
}

void ClaudeStreamJson::on_result(JsonValue line) {
    items_.keep("structured output", member_at(line, "structured_output").spelling());
    pass_items_to_turn();
    for (ToolResult& denied : permission_.denials(line)) {
        if (turn_.awaits_result(denied.call_id)) emit_result(std::move(denied));
        pass_items_to_turn();
    }
    turn_.end(line, tracks_.usage(), tracks_.stop_reason(), items_);
    items_passed_ = items_.size(); // the text of the result belongs to the turn that has ended
    clear();
}

void ClaudeStreamJson::on_error(JsonValue line) {
    const JsonValue error = member_at(line, "error");
    std::string message(text_at(error.is_object() ? error : line, "message"));
    if (message.empty()) message = error.is_string() ? std::string(error.text()) : text_of(line);
    pass_items_to_turn();
    turn_.fail_by_error(nonempty_at(error, "type").value_or("error"), message, tracks_.usage(), items_);
    clear();
}

void ClaudeStreamJson::fail_open_turn(std::string_view code, std::string_view how) {
    const StreamedMessage* streaming = tracks_.streaming();
    const std::string inside = streaming ? streaming->describe_unfinished() : std::string();
    tracks_.on_truncation(items_);
    pass_items_to_turn();
    const std::string message = streaming ? fmt::format("{} inside {}", how, inside)
                                          : fmt::format("{}, and {}", how, turn_.describe_unfinished());
    turn_.fail(code, message, tracks_.usage(), items_);
    items_.count_broken_turn();
    clear();
}

/// Discards the state of the turn, because it has ended.
void ClaudeStreamJson::clear() {
    tracks_.clear();
    permission_.clear();
    seen_lines_.clear();
    turn_session_.clear();
    is_mixed_ = false;
}

} // namespace

std::unique_ptr<StreamParser> open_claude_stream_json() {
    return std::make_unique<ClaudeStreamJson>();
}

} // namespace evenfold::providers
