#include "evenfold/cli/output/notice_line.hpp"

#include <fmt/format.h>

#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

namespace provider = orchestration::provider;

constexpr std::size_t notice_width = 160;

std::string on(const provider::TextDelta& said) {
    return fmt::format("subagent of {}: {}", said.parent.value_or("-"), said.text);
}
std::string on(const provider::ThinkingDelta& thought) {
    return fmt::format("subagent of {} thinks: {}", thought.parent.value_or("-"), thought.text);
}
std::string on(const provider::ToolCall& call) {
    return fmt::format("tool call {}: {} {}", call.call_id, call.name, call.input);
}
std::string on(const provider::ToolResult& result) {
    return fmt::format("result of tool call {}: {}", result.call_id, result.output);
}
std::string on(const provider::AwaitingApproval& request) {
    return fmt::format("request {} for approval", request.request_id);
}
std::string on(const provider::ApprovalResolved& resolved) {
    return fmt::format("request {} was resolved", resolved.request_id);
}
std::string on(const provider::UsageReport& report) {
    return fmt::format("{} tokens in, {} out", report.usage.input_tokens, report.usage.output_tokens);
}
std::string on(const provider::Notice& notice) {
    return notice.text;
}
std::string on(const provider::MessageStarted& message) {
    return fmt::format("message {}", message.message_id);
}
std::string on(const provider::MessageDiscarded& message) {
    return fmt::format("message {} was taken back", message.message_id);
}
std::string on(const provider::TurnComplete&) {
    return "the end of a turn";
}
std::string on(const provider::ProviderError& error) {
    return fmt::format("{}: {}", error.code, error.message);
}

} // namespace

std::string notice_line(const orchestration::ProviderEvent& event) {
    return one_line(std::visit([](const auto& one) { return on(one); }, event), notice_width);
}

} // namespace evenfold::cli
