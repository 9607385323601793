#include "evenfold/providers/claude/permission.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::Allow;
using orchestration::AllowForSession;
using orchestration::Answer;
using orchestration::ApprovalDecision;
using orchestration::Deny;
using orchestration::label_bytes_max;
using orchestration::NoticeLevel;
using orchestration::Question;
using orchestration::QuestionItem;
using orchestration::RequestKind;
using orchestration::ToolApproval;
using orchestration::utf8_prefix;
using orchestration::provider::ApprovalResolved;
using orchestration::provider::AwaitingApproval;
using orchestration::provider::Notice;
using orchestration::provider::ToolResult;

namespace {

/// Returns at most `label_bytes_max` bytes of `text`, cut between characters.
std::string shortened(std::string_view text) {
    constexpr std::string_view ellipsis = "\xE2\x80\xA6";
    if (text.size() <= label_bytes_max) return std::string(text);
    return std::string(utf8_prefix(text, label_bytes_max - ellipsis.size())).append(ellipsis);
}

/// Returns the text that the user needs for the decision: the command or the plan; for other tools the input.
std::string summary_of(JsonValue input) {
    for (const std::string_view key : {"command", "plan"}) {
        if (const std::string_view text = text_at(input, key); !text.empty()) return shortened(text);
    }
    return shortened(input.is_absent() ? "null" : input.spelling());
}

std::optional<Question> question_of(JsonValue input) {
    const JsonValue questions = member_at(input, "questions");
    if (!questions.is_array() || questions.is_empty()) return std::nullopt;
    Question question;
    for (const JsonValue each : questions.elements()) {
        QuestionItem item{.text = std::string(text_at(each, "question")), .options = {}};
        for (const JsonValue option : member_at(each, "options").elements())
            item.options.emplace_back(option.is_string() ? option.text() : text_at(option, "label"));
        question.items.push_back(std::move(item));
    }
    return question;
}

std::string answer_text(JsonValue answer) {
    if (answer.is_null()) return {};
    return answer.is_string() ? std::string(answer.text()) : text_of(answer);
}

std::optional<ApprovalDecision> decision_of(JsonValue response, const std::optional<Question>& question) {
    const std::string_view behavior = text_at(response, "behavior");
    if (behavior == "deny") return Deny{.feedback = nonempty_at(response, "message")};
    if (behavior != "allow") return std::nullopt;
    const JsonValue answers = member_at(member_at(response, "updatedInput"), "answers");
    if (question && answers.is_object()) {
        std::map<std::string_view, JsonValue> by_question; // because both may be many
        answers.each_member([&](std::string_view key, JsonValue value) { by_question.insert_or_assign(key, value); });
        Answer answer;
        for (const QuestionItem& item : question->items) answer.answers.push_back(answer_text(by_question[item.text]));
        return answer;
    }
    const JsonValue updates = member_at(response, "updatedPermissions");
    if (updates.is_array() && !updates.is_empty()) return AllowForSession{};
    return Allow{};
}

} // namespace

void ClaudePermission::on_request(JsonValue line, ItemBuffer& items) {
    const JsonValue request = member_at(line, "request");
    // Other requests (hooks, MCP messages, initialisation) do not concern the user.
    if (text_at(request, "subtype") != "can_use_tool") return;
    const std::string call_id(text_at(request, "tool_use_id"));
    add_request({.request_id = nonempty_at(line, "request_id").value_or(call_id),
                 .call_id = call_id,
                 .tool = std::string(text_at(request, "tool_name")),
                 .input = member_at(request, "input")},
                items);
}

void ClaudePermission::on_callback(JsonValue line, ItemBuffer& items) {
    const std::string call_id(text_at(member_at(line, "options"), "toolUseID"));
    add_request({.request_id = call_id,
                 .call_id = call_id,
                 .tool = std::string(text_at(line, "toolName")),
                 .input = member_at(line, "input")},
                items);
}

void ClaudePermission::add_request(const PermissionRequest& request, ItemBuffer& items) {
    std::optional<Question> question;
    if (request.tool == "AskUserQuestion") question = question_of(request.input);
    const bool is_new = pending_.try_emplace(request.request_id, PendingPermission{request.call_id, question}).second;
    if (!is_new) return;
    RequestKind kind = ToolApproval{.name = request.tool, .summary = summary_of(request.input)};
    if (question) kind = *std::move(question);
    std::optional<std::string> call_id;
    if (!request.call_id.empty()) call_id = request.call_id;
    items.add(
        AwaitingApproval{.request_id = request.request_id, .call_id = std::move(call_id), .kind = std::move(kind)});
}

void ClaudePermission::on_response(JsonValue line, ItemBuffer& items) {
    const JsonValue response = member_at(line, "response");
    auto request_id = nonempty_at(response, "request_id");
    if (!request_id) request_id = nonempty_at(line, "request_id");
    const auto found = pending_.find(request_id.value_or(""));
    if (found == pending_.end()) return;
    items.add(ApprovalResolved{.request_id = found->first,
                               .decision = decision_of(member_at(response, "response"), found->second.question)});
    pending_.erase(found);
}

void ClaudePermission::on_cancel(JsonValue line, ItemBuffer& items) {
    const auto found = pending_.find(std::string(text_at(line, "request_id")));
    if (found == pending_.end()) return;
    items.add(ApprovalResolved{.request_id = found->first, .decision = std::nullopt});
    pending_.erase(found);
}

void ClaudePermission::on_result(const std::string& call_id, ItemBuffer& items) {
    if (call_id.empty()) return;
    for (auto at = pending_.begin(); at != pending_.end();) {
        if (at->second.call_id != call_id) {
            ++at;
            continue;
        }
        items.add(ApprovalResolved{.request_id = at->first, .decision = std::nullopt});
        at = pending_.erase(at);
    }
}

void ClaudePermission::on_denied(JsonValue line, ItemBuffer& items) {
    const std::string_view tool = text_at(line, "tool_name");
    std::string message = fmt::format("{} was not permitted: {}", tool, text_at(line, "message"));
    items.add(Notice{.level = NoticeLevel::warning, .text = message});
    if (auto call_id = nonempty_at(line, "tool_use_id")) denied_.emplace_back(*std::move(call_id), std::move(message));
}

std::vector<ToolResult> ClaudePermission::denials(JsonValue result) const {
    std::vector<ToolResult> results;
    for (const auto& [call_id, message] : denied_) {
        results.push_back({.call_id = call_id, .output = message, .is_error = true});
    }
    for (const JsonValue each : member_at(result, "permission_denials").elements()) {
        results.push_back({.call_id = std::string(text_at(each, "tool_use_id")),
                           .output = fmt::format("{} was not permitted", text_at(each, "tool_name")),
                           .is_error = true});
    }
    return results;
}

void ClaudePermission::clear() {
    pending_.clear();
    denied_.clear();
}

} // namespace evenfold::providers
