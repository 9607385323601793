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

/// Returns the text to read before deciding: the command or plan itself; for other tools the whole input.
std::string summary(const Json& input, std::string_view input_text) {
    for (const std::string_view key : {"command", "plan"}) {
        if (const std::string_view told = text_at(input, key); !told.empty()) return shortened(told);
    }
    return shortened(input_text.empty() ? text_of(input) : std::string(input_text));
}

std::optional<Question> question_of(const Json& input) {
    const Json& asked = part(input, "questions");
    if (!asked.is_array() || asked.empty()) return std::nullopt;
    Question question;
    for (const Json& each : asked) {
        QuestionItem item{.text = std::string(text_at(each, "question")), .options = {}};
        if (const Json& options = part(each, "options"); options.is_array()) {
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
    if (behavior == "deny") return Deny{.feedback = word_at(response, "message")};
    if (behavior != "allow") return std::nullopt;
    const Json& answers = part(part(response, "updatedInput"), "answers");
    if (question && answers.is_object()) {
        Answer answer;
        for (const QuestionItem& item : question->items) {
            answer.answers.push_back(answer_text(part(answers, item.text)));
        }
        return answer;
    }
    const Json& updates = part(response, "updatedPermissions");
    if (updates.is_array() && !updates.empty()) return AllowForSession{};
    return Allow{};
}

} // namespace

void ClaudePermission::on_request(const Json& line, std::string_view text, Items& items) {
    const Json& request = part(line, "request");
    // Other requests (hooks, MCP messages, initialisation) are between Claude Code and its host.
    if (text_at(request, "subtype") != "can_use_tool") return;
    const std::string call_id(text_at(request, "tool_use_id"));
    ask({.request_id = word_at(line, "request_id").value_or(call_id),
         .call_id = call_id,
         .tool = std::string(text_at(request, "tool_name")),
         .input_text = member_text(member_text(text, "request"), "input")},
        part(request, "input"), items);
}

void ClaudePermission::on_callback(const Json& line, std::string_view text, Items& items) {
    const std::string call_id(text_at(part(line, "options"), "toolUseID"));
    ask({.request_id = call_id,
         .call_id = call_id,
         .tool = std::string(text_at(line, "toolName")),
         .input_text = member_text(text, "input")},
        part(line, "input"), items);
}

void ClaudePermission::ask(const Asked& asked, const Json& input, Items& items) {
    std::optional<Question> question;
    if (asked.tool == "AskUserQuestion") question = question_of(input);
    const bool is_new = pending_.try_emplace(asked.request_id, Pending{asked.call_id, question}).second;
    if (!is_new) return;
    RequestKind kind = ToolApproval{.name = asked.tool, .summary = summary(input, asked.input_text)};
    if (question) kind = *std::move(question);
    std::optional<std::string> call_id;
    if (!asked.call_id.empty()) call_id = asked.call_id;
    items.add(AwaitingApproval{.request_id = asked.request_id, .call_id = std::move(call_id), .kind = std::move(kind)});
}

void ClaudePermission::on_response(const Json& line, Items& items) {
    const Json& response = part(line, "response");
    auto request_id = word_at(response, "request_id");
    if (!request_id) request_id = word_at(line, "request_id");
    const auto found = pending_.find(request_id.value_or(""));
    if (found == pending_.end()) return;
    items.add(ApprovalResolved{.request_id = found->first,
                               .decision = decision_of(part(response, "response"), found->second.question)});
    pending_.erase(found);
}

void ClaudePermission::on_cancel(const Json& line, Items& items) {
    const auto found = pending_.find(std::string(text_at(line, "request_id")));
    if (found == pending_.end()) return;
    items.add(ApprovalResolved{.request_id = found->first, .decision = std::nullopt});
    pending_.erase(found);
}

void ClaudePermission::on_result(const std::string& call_id, Items& items) {
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

void ClaudePermission::on_denied(const Json& line, Items& items) {
    const std::string_view tool = text_at(line, "tool_name");
    std::string message = fmt::format("{} was not permitted: {}", tool, text_at(line, "message"));
    items.add(Notice{.level = NoticeLevel::warning, .text = message});
    if (auto call_id = word_at(line, "tool_use_id")) denied_.emplace_back(*std::move(call_id), std::move(message));
}

std::vector<ToolResult> ClaudePermission::denials(const Json& result) const {
    std::vector<ToolResult> told;
    for (const auto& [call_id, message] : denied_) {
        told.push_back({.call_id = call_id, .output = message, .is_error = true});
    }
    const Json& listed = part(result, "permission_denials");
    if (!listed.is_array()) return told;
    for (const Json& each : listed) {
        told.push_back({.call_id = std::string(text_at(each, "tool_use_id")),
                        .output = fmt::format("{} was not permitted", text_at(each, "tool_name")),
                        .is_error = true});
    }
    return told;
}

void ClaudePermission::clear() {
    pending_.clear();
    denied_.clear();
}

} // namespace evenfold::providers
