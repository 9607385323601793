#include "evenfold/providers/claude/turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::ProviderEvent;
using orchestration::Usage;
using orchestration::provider::MessageStarted;
using orchestration::provider::ProviderError;
using orchestration::provider::TextDelta;
using orchestration::provider::ThinkingDelta;
using orchestration::provider::ToolCall;
using orchestration::provider::ToolResult;
using orchestration::provider::TurnComplete;
using orchestration::provider::TurnOutcome;
using orchestration::provider::UsageReport;

namespace {

bool is_main_thread(const ProviderEvent& event) {
    if (const auto* text = std::get_if<TextDelta>(&event)) return !text->parent;
    if (const auto* thinking = std::get_if<ThinkingDelta>(&event)) return !thinking->parent;
    if (const auto* call = std::get_if<ToolCall>(&event)) return !call->parent;
    if (const auto* message = std::get_if<MessageStarted>(&event)) return !message->parent;
    return false;
}

std::string error_text(JsonValue result) {
    if (auto text = nonempty_at(result, "result")) return *std::move(text);
    std::string joined;
    for (const JsonValue each : member_at(result, "errors").elements()) {
        if (!joined.empty()) joined += '\n';
        joined += each.is_string() ? std::string(each.text()) : text_of(each);
    }
    return joined;
}

} // namespace

void ClaudeTurn::record_items(std::span<const Item> items) {
    for (const Item& item : items) {
        if (std::holds_alternative<Prompt>(item)) open();
        const auto* event = std::get_if<ProviderEvent>(&item);
        if (!event) continue;
        if (const auto* result = std::get_if<ToolResult>(event)) calls_without_result_.erase(result->call_id);
        const auto* call = std::get_if<ToolCall>(event);
        if (call && !call->run_by_provider) calls_without_result_[call->call_id] = !call->parent;
        if (!is_main_thread(*event)) continue;
        has_text_ = has_text_ || std::holds_alternative<TextDelta>(*event);
        open();
        has_output_ = true;
        // Output after an interruption shows that the turn continued.
        interrupted_ = false;
    }
}

void ClaudeTurn::open() {
    open_ = true;
    failed_ = false;
}

void ClaudeTurn::interrupt() {
    interrupted_ = true;
}

void ClaudeTurn::on_new_process() {
    process_cost_micros_ = 0;
    process_api_ms_ = 0;
}

void ClaudeTurn::end(JsonValue result, std::optional<Usage> usage, const std::optional<std::string>& stop_reason,
                     ItemBuffer& items) {
    if (const JsonValue counts = member_at(result, "usage"); counts.is_object()) {
        if (!usage) usage = Usage{};
        read_usage(counts, *usage);
    }
    if (const auto cost = cost_micros(result)) {
        if (!usage) usage = Usage{};
        usage->cost_usd_micros = cost;
    }
    const auto subtype = nonempty_at(result, "subtype");
    const bool is_error = bool_at(result, "is_error") || subtype.value_or("").starts_with("error");
    const bool was_reported = std::exchange(failed_, false);
    const bool is_interrupted = interrupted_ || text_at(result, "terminal_reason").starts_with("aborted");
    if (was_reported && (is_error || is_interrupted)) return close();
    if (is_interrupted) {
        auto reason = nonempty_at(result, "stop_reason");
        if (!reason) reason = nonempty_at(result, "terminal_reason");
        items.add(TurnComplete{
            .outcome = TurnOutcome::interrupted, .stop_reason = reason ? reason : subtype, .usage = usage});
        return close();
    }
    if (is_error) return fail(error_code(result), error_text(result), usage, items);
    // Commands that the agent runs itself print their output only here.
    if (auto text = nonempty_at(result, "result"); text && !has_text_) add_result_text(result, *text, items);
    auto reason = nonempty_at(result, "stop_reason");
    if (!reason) reason = stop_reason ? stop_reason : subtype;
    items.add(TurnComplete{.outcome = TurnOutcome::completed, .stop_reason = std::move(reason), .usage = usage});
    close();
}

void ClaudeTurn::end_without_result(const std::optional<Usage>& usage, const std::optional<std::string>& stop_reason,
                                    ItemBuffer& items) {
    const bool is_broken = interrupted_ || has_running_call();
    items.add(TurnComplete{.outcome = is_broken ? TurnOutcome::interrupted : TurnOutcome::completed,
                           .stop_reason = stop_reason,
                           .usage = usage});
    close();
}

/// Adds the text of a result that no message has. The line is its source, because there is no message.
void ClaudeTurn::add_result_text(JsonValue result, std::string_view text, ItemBuffer& items) {
    if (auto line = nonempty_at(result, "uuid")) {
        items.add(MessageStarted{.message_id = *std::move(line),
                                 .agent = "claude",
                                 .session = std::string(text_at(result, "session_id")),
                                 .model = {},
                                 .sent_at = nonempty_at(result, "timestamp"),
                                 .parent = {}});
    }
    items.add(TextDelta{.text = text, .parent = {}});
}

/// Returns the most precise name of an error, with the HTTP status. The subtype `success` is no name of an error.
std::string ClaudeTurn::error_code(JsonValue result) const {
    std::string code = error_code_;
    const std::string_view subtype = text_at(result, "subtype");
    if (code.empty() && subtype.starts_with("error")) code = subtype;
    const std::string_view terminal = text_at(result, "terminal_reason");
    if (code.empty() && terminal != "completed") code = terminal;
    const auto status = count_at(result, "api_error_status");
    if (code.empty()) code = status ? "api_error" : "error";
    return status ? fmt::format("{} ({})", code, *status) : code;
}

void ClaudeTurn::on_assistant_error(JsonValue line) {
    if (auto code = nonempty_at(line, "error")) error_code_ = *std::move(code);
}

void ClaudeTurn::fail(std::string_view code, std::string_view message, const std::optional<Usage>& usage,
                      ItemBuffer& items) {
    if (usage && *usage != Usage{}) items.add(UsageReport{.usage = *usage});
    items.add(ProviderError{.code = code, .message = message, .fatal = true});
    close();
}

void ClaudeTurn::fail_by_error(std::string_view code, std::string_view message, const std::optional<Usage>& usage,
                               ItemBuffer& items) {
    if (!failed_) {
        fail(code, message, usage, items);
        items.count_broken_turn();
    }
    failed_ = true;
}

bool ClaudeTurn::is_open() const {
    return open_;
}

bool ClaudeTurn::is_interrupted() const {
    return interrupted_;
}

bool ClaudeTurn::has_running_call() const {
    return std::ranges::any_of(calls_without_result_, [](const auto& call) { return call.second; });
}

bool ClaudeTurn::has_begun() const {
    return has_output_ || interrupted_;
}

bool ClaudeTurn::awaits_result(const std::string& call_id) const {
    return calls_without_result_.contains(call_id);
}

std::string ClaudeTurn::describe_unfinished() const {
    for (const auto& [call_id, is_main] : calls_without_result_) {
        if (is_main) return fmt::format("tool call {} had no result yet", call_id);
    }
    return "the turn had no result yet";
}

void ClaudeTurn::close() {
    open_ = false;
    has_output_ = false;
    has_text_ = false;
    interrupted_ = false;
    error_code_.clear();
    calls_without_result_.clear();
}

std::optional<std::uint64_t> ClaudeTurn::cost_micros(JsonValue result) {
    const auto cost = member_at(result, "total_cost_usd").number();
    if (!cost) return std::nullopt;
    const double micros = *cost * 1e6;
    if (!(micros >= 0 && micros < 1e15)) return std::nullopt;
    const auto total = static_cast<std::uint64_t>(std::llround(micros));
    const std::uint64_t api_ms = count_at(result, "duration_api_ms").value_or(process_api_ms_);
    // A smaller total belongs to another process.
    if (total < process_cost_micros_ || api_ms < process_api_ms_) on_new_process();
    process_api_ms_ = api_ms;
    return total - std::exchange(process_cost_micros_, total);
}

} // namespace evenfold::providers
