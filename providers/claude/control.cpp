#include "evenfold/providers/claude/control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::AllowForSession;
using orchestration::Answer;
using orchestration::Deny;

namespace {

constexpr std::string_view input_format = "--input-format";
constexpr std::string_view stream_json = "stream-json";
constexpr std::string_view question_tool = "AskUserQuestion";
constexpr std::string_view default_denial = "The user does not allow this.";

/// Returns `json` as text without spaces. Bytes that are not UTF-8 become U+FFFD.
std::string dumped(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string quoted(std::string_view text) {
    return dumped(text);
}

/// Returns `json` as a line. Escapes U+2028 and U+2029, because some readers in Node.js treat them as ends of lines.
std::string as_line(std::string_view json) {
    constexpr std::string_view separators = "\xE2\x80"; // and A8 or A9
    std::string line;
    line.reserve(json.size() + 1);
    while (!json.empty()) {
        const std::size_t at = std::min(json.find(separators), json.size());
        line += json.substr(0, at);
        json.remove_prefix(at);
        if (json.empty()) break;
        const char last = json.size() > 2 ? json[2] : '\0';
        const bool ends_lines = last == '\xA8' || last == '\xA9';
        if (ends_lines) line += last == '\xA8' ? "\\u2028" : "\\u2029";
        if (!ends_lines) line += separators;
        json.remove_prefix(ends_lines ? 3 : 2);
    }
    line += '\n';
    return line;
}

std::string request_line(std::string_view request_id, std::string_view request) {
    return as_line(
        fmt::format(R"({{"type":"control_request","request_id":{},"request":{}}})", quoted(request_id), request));
}

std::string success_line(std::string_view request_id, std::string_view response) {
    return as_line(
        fmt::format(R"({{"type":"control_response","response":{{"subtype":"success","request_id":{},"response":{}}}}})",
                    quoted(request_id), response));
}

std::string error_line(std::string_view request_id, std::string_view error) {
    return as_line(
        fmt::format(R"({{"type":"control_response","response":{{"subtype":"error","request_id":{},"error":{}}}}})",
                    quoted(request_id), quoted(error)));
}

/// Returns the permission rules that Claude Code suggests, changed so that they end with the session.
std::string for_session(JsonValue suggestions) {
    nlohmann::json kept = nlohmann::json::array();
    for (const JsonValue each : suggestions.elements()) {
        if (!each.is_object()) continue;
        kept.push_back(nlohmann::json::parse(text_of(each), nullptr, false));
        kept.back()["destination"] = "session";
    }
    return kept.empty() ? std::string() : dumped(kept);
}

/// Returns the items of a question. Returns none for other tools.
std::vector<std::string> items_of(std::string_view tool, JsonValue input) {
    std::vector<std::string> items;
    if (tool != question_tool) return items;
    for (const JsonValue each : member_at(input, "questions").elements()) items.emplace_back(text_at(each, "question"));
    return items;
}

std::vector<std::string> names_in(JsonValue listed, std::string_view key) {
    std::vector<std::string> names;
    for (const JsonValue each : listed.elements()) {
        if (auto name = nonempty_at(each, key)) names.push_back(*std::move(name));
    }
    return names;
}

ClaudeReply reply_of(JsonValue response, std::string request_id) {
    const JsonValue body = member_at(response, "response");
    ClaudeReply reply{.request_id = std::move(request_id),
                      .error = std::nullopt,
                      .capabilities = {.commands = names_in(member_at(body, "commands"), "name"),
                                       .models = names_in(member_at(body, "models"), "value"),
                                       .output_style = std::string(text_at(body, "output_style"))}};
    if (text_at(response, "subtype") == "error")
        reply.error = nonempty_at(response, "error").value_or("no reason given");
    return reply;
}

std::string allow_json(std::string_view input, std::string_view permissions) {
    if (permissions.empty()) return fmt::format(R"({{"behavior":"allow","updatedInput":{}}})", input);
    return fmt::format(R"({{"behavior":"allow","updatedInput":{},"updatedPermissions":{}}})", input, permissions);
}

std::string deny_json(const Deny& decision) {
    const std::string message = decision.feedback.value_or("");
    return fmt::format(R"({{"behavior":"deny","message":{},"interrupt":false}})",
                       quoted(message.empty() ? default_denial : std::string_view(message)));
}

/// Returns the input of a question with the answers added, each under the text of its item.
std::string answered_input(std::string_view input, const std::vector<std::string>& items, const Answer& answer) {
    std::string members;
    for (const MemberText& member : members_of(input)) {
        if (member.key != "answers") members += fmt::format(R"("{}":{},)", member.key, member.value);
    }
    nlohmann::json answers = nlohmann::json::object();
    for (std::size_t at = 0; at < items.size(); ++at) answers[items[at]] = answer.answers[at];
    return fmt::format(R"({{{}"answers":{}}})", members, dumped(answers));
}

std::unexpected<ClaudeAnswerError> answer_error(ClaudeAnswerErrorKind kind, std::string what, std::string remedy) {
    return std::unexpected(ClaudeAnswerError{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

} // namespace

bool reads_stream_json(std::span<const std::string> command) {
    for (std::size_t at = 0; at < command.size(); ++at) {
        if (command[at] == fmt::format("{}={}", input_format, stream_json)) return true;
        if (command[at] == input_format && at + 1 < command.size() && command[at + 1] == stream_json) return true;
    }
    return false;
}

std::string claude_user_line(std::string_view text, std::string_view session_ref) {
    constexpr std::string_view form =
        R"({{"type":"user","message":{{"role":"user","content":{}}},"parent_tool_use_id":null,"session_id":{}}})";
    return as_line(fmt::format(form, quoted(text), quoted(session_ref.empty() ? "default" : session_ref)));
}

std::string claude_initialize_line(std::string_view request_id) {
    return request_line(request_id, R"({"subtype":"initialize","hooks":null})");
}

std::string claude_interrupt_line(std::string_view request_id) {
    return request_line(request_id, R"({"subtype":"interrupt"})");
}

ClaudeFeedResult ClaudeControl::feed(std::string_view bytes) {
    ClaudeFeedResult result;
    lines_.feed(bytes, [&](const Line& line) { on_line(line, result); });
    return result;
}

void ClaudeControl::on_line(const Line& line, ClaudeFeedResult& result) {
    const std::string_view text = trimmed(line.text);
    // Fast path: parse only lines that may belong to the protocol, because most lines do not.
    if (text.find("control_") == std::string_view::npos && text.find("\"result\"") == std::string_view::npos) return;
    JsonReader reader;
    const auto document = reader.read(text);
    if (!document) return;
    const JsonValue object = document->value;
    const std::string_view type = text_at(object, "type");
    if (type == "control_request") on_request(object, result);
    if (type == "control_cancel_request") open_requests_.erase(std::string(text_at(object, "request_id")));
    if (type == "result") open_requests_.clear();
    if (type != "control_response") return;
    const JsonValue response = member_at(object, "response");
    if (auto id = nonempty_at(response, "request_id")) result.replies.push_back(reply_of(response, *std::move(id)));
}

void ClaudeControl::on_request(JsonValue line, ClaudeFeedResult& result) {
    const auto id = nonempty_at(line, "request_id");
    if (!id) return; // a request without an id cannot be answered
    const JsonValue request = member_at(line, "request");
    const std::string_view subtype = text_at(request, "subtype");
    if (subtype != "can_use_tool") {
        result.refusals += error_line(*id, fmt::format("evenfold does not serve control requests of subtype {}",
                                                       subtype.empty() ? "(none)" : subtype));
        return;
    }
    const JsonValue input = member_at(request, "input");
    const std::string_view tool = text_at(request, "tool_name");
    open_requests_.try_emplace(*id,
                               OpenRequest{.tool = std::string(tool),
                                           .input = std::string(input.is_object() ? input.spelling() : "{}"),
                                           .suggestions = for_session(member_at(request, "permission_suggestions")),
                                           .items = items_of(tool, input)});
}

std::expected<std::string, ClaudeAnswerError>
ClaudeControl::answer(const std::string& request_id, const orchestration::ApprovalDecision& decision) const {
    using enum ClaudeAnswerErrorKind;
    const auto found = open_requests_.find(request_id);
    if (found == open_requests_.end()) {
        return answer_error(not_asked, fmt::format("request '{}' is not open", request_id),
                            "it was answered or cancelled, or its turn has ended: nothing to do");
    }
    const OpenRequest& request = found->second;
    const bool is_question = !request.items.empty();
    const auto* answer = std::get_if<Answer>(&decision);
    const auto* no = std::get_if<Deny>(&decision);
    if (is_question && !answer && !no) {
        return answer_error(not_fitting,
                            fmt::format("request '{}' is a question, so that it cannot be allowed", request_id),
                            "answer each of its items, or deny it");
    }
    if (!is_question && answer) {
        return answer_error(
            not_fitting,
            fmt::format("request '{}' is for the tool {}, so that it cannot be answered", request_id, request.tool),
            "allow it, allow it for the session, or deny it");
    }
    if (answer && answer->answers.size() != request.items.size()) {
        return answer_error(not_fitting,
                            fmt::format("request '{}' has {} items, but {} answers were given", request_id,
                                        request.items.size(), answer->answers.size()),
                            "give one answer per item, in order");
    }
    std::string response;
    if (no)
        response = deny_json(*no);
    else if (answer)
        response = allow_json(answered_input(request.input, request.items, *answer), {});
    else
        response =
            allow_json(request.input, std::holds_alternative<AllowForSession>(decision) ? request.suggestions : "");
    return success_line(request_id, response);
}

void ClaudeControl::discard(const std::string& request_id) {
    open_requests_.erase(request_id);
}

bool ClaudeControl::has_suggestions(const std::string& request_id) const {
    const auto found = open_requests_.find(request_id);
    return found != open_requests_.end() && !found->second.suggestions.empty();
}

std::vector<std::string> ClaudeControl::open_requests() const {
    std::vector<std::string> ids;
    for (const auto& [id, request] : open_requests_) ids.push_back(id);
    return ids;
}

} // namespace evenfold::providers
