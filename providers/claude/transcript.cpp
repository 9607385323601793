#include "evenfold/providers/claude/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/core/values/uuid.hpp"
#include "evenfold/providers/claude/documents.hpp"
#include "evenfold/providers/claude/sidechains.hpp"
#include "evenfold/providers/claude/speaker_tracks.hpp"
#include "evenfold/providers/claude/tool_results.hpp"
#include "evenfold/providers/claude/transcript_rows.hpp"
#include "evenfold/providers/claude/turn.hpp"
#include "evenfold/providers/claude/user_text.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::provider::Notice;
using orchestration::provider::ToolResult;

namespace {

/// The relation of a row to an earlier one with its id: `ambiguous` if the text differs, perhaps by redacted ids.
enum class RowNovelty { fresh, repeated, ambiguous };

/// The ids of the rows so far. A UUID needs a fraction of the memory of its text, and a transcript has many rows.
class RowIds {
public:
    RowNovelty add(const std::string& id, std::string_view text) {
        if (const auto uuid = parse_uuid(id))
            return uuids_.insert(*uuid).second ? RowNovelty::fresh : RowNovelty::repeated;
        auto& texts = others_[id];
        if (!texts.insert(sha256_hex(text)).second) return RowNovelty::repeated;
        return texts.size() == 1 ? RowNovelty::fresh : RowNovelty::ambiguous;
    }

private:
    std::unordered_set<Uuid> uuids_;
    std::map<std::string, std::set<std::string>> others_; // ids that are no UUIDs, with the hashes of their rows
};

/// An error of the API, which Claude Code writes as a message.
struct ReportedError {
    std::string code;
    std::string message;
};

class ClaudeTranscript final : public StreamParser {
public:
    std::vector<Item> feed(std::string_view bytes) override;
    std::vector<Item> finish() override;
    [[nodiscard]] SkipCounts skipped() const override { return items_.skipped(); }
    [[nodiscard]] KindCounts unmapped() const override { return items_.unmapped(); }

private:
    void on_document(const Document& document, SourcePosition position);
    void pass_items_to_turn();
    void on_row(JsonValue row);
    void on_assistant(JsonValue row);
    void on_main_message(JsonValue row, JsonValue message);
    void on_user(JsonValue row);
    void on_text(JsonValue row, JsonValue content, bool has_results);
    void on_prompt(JsonValue row, JsonValue content, std::string typed);
    void add_branch_notice(JsonValue row);
    void describe_session(JsonValue row, std::string_view model, bool with_folder);
    [[nodiscard]] bool is_unfinished() const;
    void end_turn(bool at_end);

    ItemBuffer items_;
    DocumentReader documents_{
        items_, [this](const Document& document, SourcePosition position) { on_document(document, position); }};
    SpeakerTracks tracks_;
    ClaudeTurn turn_;
    Sidechains sidechains_;
    TranscriptRows rows_;
    std::size_t items_passed_ = 0; // number of items already passed to the turn
    RowIds row_ids_;
    std::map<std::string, bool> prompted_; // rows before a prompt: whether a notice reports a second one
    SessionStarted description_;           // the last one

    // Of the last message of the main thread in the turn:
    std::string message_id_;
    std::optional<std::string> stop_reason_;
    std::optional<ReportedError> error_;
    bool ends_with_text_ = false; // and no result follows it
};

std::vector<Item> ClaudeTranscript::feed(std::string_view bytes) {
    documents_.feed(bytes);
    items_passed_ = 0;
    return items_.take();
}

std::vector<Item> ClaudeTranscript::finish() {
    documents_.finish();
    if (turn_.is_open()) end_turn(true);
    items_.flush_warnings();
    items_passed_ = 0;
    return items_.take();
}

void ClaudeTranscript::on_document(const Document& document, SourcePosition position) {
    if (document.is_repaired) items_.warn_repaired(position);
    on_row(document.value);
    pass_items_to_turn();
}

/// Passes new items to the turn. Must be called before the turn ends, because they would open another one after it.
void ClaudeTranscript::pass_items_to_turn() {
    turn_.record_items(items_.after(items_passed_));
    items_passed_ = items_.size();
}

void ClaudeTranscript::on_row(JsonValue row) {
    const std::string_view type = text_at(row, "type");
    const bool is_message = type == "assistant" || type == "user";
    if (!is_message && bool_at(row, "isSidechain")) sidechains_.record_row(row);
    if (is_progress_row(type)) return items_.count_progress(type);
    // A resumed session may write rows again.
    const auto id = nonempty_at(row, "uuid");
    const RowNovelty novelty = id ? row_ids_.add(*id, row.spelling()) : RowNovelty::fresh;
    if (novelty == RowNovelty::repeated) return items_.count_progress("repeated row");
    if (novelty == RowNovelty::ambiguous) return items_.keep("row with the id of an earlier one", row.spelling());
    if (type == "assistant") return on_assistant(row);
    if (type == "user") return on_user(row);
    rows_.add(row, items_);
}

void ClaudeTranscript::on_assistant(JsonValue row) {
    const JsonValue message = member_at(row, "message");
    MessageSource source{.parent = {}, .session = text_at(row, "sessionId"), .line = row};
    if (bool_at(row, "isSidechain"))
        source.parent = sidechains_.parent_of(row, {});
    else
        on_main_message(row, message);
    sidechains_.record_calls(member_at(message, "content"));
    if (source.session.empty()) source.session = description_.session_ref;
    tracks_.on_snapshot(source, message, items_);
}

void ClaudeTranscript::on_main_message(JsonValue row, JsonValue message) {
    describe_session(row, text_at(message, "model"), false);
    const std::string_view id = text_at(message, "id");
    if (id.empty() || id != message_id_) stop_reason_.reset();
    message_id_ = id;
    if (auto reason = nonempty_at(message, "stop_reason")) stop_reason_ = std::move(reason);
    const JsonValue content = member_at(message, "content");
    error_.reset();
    if (bool_at(row, "isApiErrorMessage"))
        error_ = {.code = nonempty_at(row, "error").value_or("api_error"), .message = typed_text(content)};
    if (content.is_string()) ends_with_text_ = true;
    for (const JsonValue block : content.elements()) ends_with_text_ = text_at(block, "type") == "text";
}

void ClaudeTranscript::on_user(JsonValue row) {
    const JsonValue message = member_at(row, "message");
    const JsonValue content = message.is_object() ? member_at(message, "content") : message;
    const bool is_side = bool_at(row, "isSidechain");
    const bool has_results = read_tool_results(content, items_, [&](ToolResult result) {
        items_.add(std::move(result));
        if (!is_side) ends_with_text_ = false;
    });
    if (!is_side) return on_text(row, content, has_results);
    const std::string typed = typed_text(content);
    (void)sidechains_.parent_of(row, typed);
    if (!has_results) items_.keep(is_made_up(row) ? "text of the agent's program" : "prompt of a subagent", typed);
}

/// Reads the text of a row of the main thread, which the user or Claude Code may have written.
void ClaudeTranscript::on_text(JsonValue row, JsonValue content, bool has_results) {
    std::string typed = typed_text(content);
    if (is_interruption(content)) {
        pass_items_to_turn();
        if (turn_.is_open()) return turn_.interrupt();
        return items_.keep("interruption", typed);
    }
    const std::string_view origin = origin_of(row, typed);
    if (!origin.empty() || has_results || is_made_up(row))
        return items_.keep(origin.empty() ? "text of the agent's program" : origin, typed);
    on_prompt(row, content, std::move(typed));
}

void ClaudeTranscript::on_prompt(JsonValue row, JsonValue content, std::string typed) {
    if (typed.empty() && (!content.is_array() || content.is_empty()))
        return items_.keep_unknown("line user", text_of(row));
    pass_items_to_turn();
    if (turn_.is_open()) end_turn(false);
    describe_session(row, {}, true);
    items_.add(Prompt{.text = typed.empty() ? "(without text)" : std::move(typed)});
    add_branch_notice(row);
    for (const JsonValue block : content.elements()) {
        const std::string_view type = text_at(block, "type");
        if (type != "text") items_.keep(fmt::format("{} in the prompt", type), block.spelling());
    }
}

/// Adds a notice if an earlier prompt follows the same row, because the user then went back and typed another one.
void ClaudeTranscript::add_branch_notice(JsonValue row) {
    const JsonValue before = member_at(row, "parentUuid");
    if (before.is_absent()) return; // written without a tree
    const std::string_view id = before.text();
    const auto [known, is_first] = prompted_.try_emplace(fmt::format("{} {}", text_at(row, "sessionId"), id), false);
    if (is_first || std::exchange(known->second, true)) return;
    items_.add(Notice{.level = NoticeLevel::info,
                      .text = fmt::format("the user went back to {}: prompts that were typed there before, and what "
                                          "followed them, are not part of the conversation from here on",
                                          id.empty() ? "the beginning" : fmt::format("row {}", id))});
}

/// Adds a description of the session if the row says more than the last one. The folder may change within a turn, so
/// that only prompts compare it.
void ClaudeTranscript::describe_session(JsonValue row, std::string_view model, bool with_folder) {
    const std::string_view session = text_at(row, "sessionId");
    const std::string_view folder = text_at(row, "cwd");
    const bool is_new = !session.empty() && session != description_.session_ref;
    const bool has_model = !model.empty() && model != synthetic_model && model != description_.model;
    const bool has_folder = with_folder && !folder.empty() && folder != description_.working_folder;
    if (!is_new && !has_model && !has_folder) return;
    if (is_new) description_ = {.session_ref = std::string(session), .model = {}, .working_folder = {}};
    if (has_model) description_.model = model;
    if (is_new || has_folder) description_.working_folder = folder;
    items_.add(description_);
}

/// Returns whether the turn needs a result or another message, so that its rest is not yet in the transcript. Many
/// versions of Claude Code write no stop reason.
bool ClaudeTranscript::is_unfinished() const {
    if (turn_.is_interrupted()) return false;
    if (stop_reason_) return stop_reason_ == "tool_use" || stop_reason_ == "pause_turn";
    return turn_.has_running_call() || !ends_with_text_;
}

/// Ends the turn at the next prompt, or at the end of the transcript.
void ClaudeTranscript::end_turn(bool at_end) {
    if (error_) {
        turn_.fail(error_->code, error_->message, tracks_.usage(), items_);
    } else if (at_end && is_unfinished()) {
        turn_.fail("stream_truncated", fmt::format("the transcript ended, and {}", turn_.describe_unfinished()),
                   tracks_.usage(), items_);
        items_.count_broken_turn();
    } else {
        turn_.end_without_result(tracks_.usage(), stop_reason_, items_);
    }
    items_passed_ = items_.size();
    tracks_.clear();
    sidechains_.clear();
    message_id_.clear();
    stop_reason_.reset();
    error_.reset();
    ends_with_text_ = false;
}

} // namespace

std::unique_ptr<StreamParser> open_claude_transcript() {
    return std::make_unique<ClaudeTranscript>();
}

} // namespace evenfold::providers
