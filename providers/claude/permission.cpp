#include "evenfold/providers/claude/permission.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
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
std::string summary_of(const Json& input, std::string_view input_text) {
    for (const std::string_view key : {"command", "plan"}) {
        if (const std::string_view text = text_at(input, key); !text.empty()) return shortened(text);
    }
    return shortened(input_text.empty() ? text_of(input) : std::string(input_text));
}

std::optional<Question> question_of(const Json& input) {
    const Json& questions = member_at(input, "questions");
    if (!questions.is_array() || questions.empty()) return std::nullopt;
    Question question;
    for (const Json& each : questions) {
        QuestionItem item{.text = std::string(text_at(each, "question")), .options = {}};
        if (const Json& options = member_at(each, "options"); options.is_array()) {
            for (const Json& option : options) {
                item.options.push_back(option.is_string() ? option.get<std::string>()
                                                          : std::string(text_at(option, "label")));
            }
        }
        question.items.push_back(std::move(item));
    }
    return question;
}

std::string answer_text(const Json& answer) {
    if (answer.is_null()) return {};
    return answer.is_string() ? answer.get<std::string>() : text_of(answer);
}

std::optional<ApprovalDecision> decision_of(const Json& response, const std::optional<Question>& question) {
    const std::string_view behavior = text_at(response, "behavior");
    if (behavior == "deny") return Deny{.feedback = nonempty_at(response, "message")};
    if (behavior != "allow") return std::nullopt;
    const Json& answers = member_at(member_at(response, "updatedInput"), "answers");
    if (question && answers.is_object()) {
        Answer answer;
        for (const QuestionItem& item : question->items) {
            answer.answers.push_back(answer_text(member_at(answers, item.text)));
        }
        return answer;
    }
    const Json& updates = member_at(response, "updatedPermissions");
    if (updates.is_array() && !updates.empty()) return AllowForSession{};
    return Allow{};
}

} // namespace

void ClaudePermission::on_request(const Json& line, std::string_view text, ItemBuffer& items) {
    const Json& request = member_at(line, "request");
    // Other requests (hooks, MCP messages, initialisation) do not concern the user.
    if (text_at(request, "subtype") != "can_use_tool") return;
    const std::string call_id(text_at(request, "tool_use_id"));
    add_request({.request_id = nonempty_at(line, "request_id").value_or(call_id),
                 .call_id = call_id,
                 .tool = std::string(text_at(request, "tool_name")),
                 .input_text = member_text(member_text(text, "request"), "input")},
                member_at(request, "input"), items);
}

void ClaudePermission::on_callback(const Json& line, std::string_view text, ItemBuffer& items) {
    const std::string call_id(text_at(member_at(line, "options"), "toolUseID"));
    add_request({.request_id = call_id,
                 .call_id = call_id,
                 .tool = std::string(text_at(line, "toolName")),
                 .input_text = member_text(text, "input")},
                member_at(line, "input"), items);
}

void ClaudePermission::add_request(const PermissionRequest& request, const Json& input, ItemBuffer& items) {
    std::optional<Question> question;
    if (request.tool == "AskUserQuestion") question = question_of(input);
    const bool is_new = pending_.try_emplace(request.request_id, PendingPermission{request.call_id, question}).second;
    if (!is_new) return;
    RequestKind kind = ToolApproval{.name = request.tool, .summary = summary_of(input, request.input_text)};
    if (question) kind = *std::move(question);
    std::optional<std::string> call_id;
    if (!request.call_id.empty()) call_id = request.call_id;
    items.add(
        AwaitingApproval{.request_id = request.request_id, .call_id = std::move(call_id), .kind = std::move(kind)});
}

void ClaudePermission::on_response(const Json& line, ItemBuffer& items) {
    const Json& response = member_at(line, "response");
    auto request_id = nonempty_at(response, "request_id");
    if (!request_id) request_id = nonempty_at(line, "request_id");
    const auto found = pending_.find(request_id.value_or(""));
    if (found == pending_.end()) return;
    items.add(ApprovalResolved{.request_id = found->first,
                               .decision = decision_of(member_at(response, "response"), found->second.question)});
    pending_.erase(found);
}

void ClaudePermission::on_cancel(const Json& line, ItemBuffer& items) {
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

void ClaudePermission::on_denied(const Json& line, ItemBuffer& items) {
    const std::string_view tool = text_at(line, "tool_name");
    std::string message = fmt::format("{} was not permitted: {}", tool, text_at(line, "message"));
    items.add(Notice{.level = NoticeLevel::warning, .text = message});
    if (auto call_id = nonempty_at(line, "tool_use_id")) denied_.emplace_back(*std::move(call_id), std::move(message));
}

std::vector<ToolResult> ClaudePermission::denials(const Json& result) const {
    std::vector<ToolResult> results;
    for (const auto& [call_id, message] : denied_) {
        results.push_back({.call_id = call_id, .output = message, .is_error = true});
    }
    const Json& listed = member_at(result, "permission_denials");
    if (!listed.is_array()) return results;
    for (const Json& each : listed) {
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
