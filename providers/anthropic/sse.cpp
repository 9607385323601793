#include "evenfold/providers/anthropic/sse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/split_surrogates.hpp"
#include "evenfold/providers/wire/sse.hpp"

namespace evenfold::providers {

using orchestration::provider::MessageStarted;
using orchestration::provider::ProviderError;
using orchestration::provider::TurnComplete;
using orchestration::provider::TurnOutcome;
using orchestration::provider::UsageReport;

namespace {

constexpr std::size_t body_bytes_max = 1U << 20;

class AnthropicSse final : public StreamParser {
public:
    std::vector<Item> feed(std::string_view bytes) override;
    std::vector<Item> finish() override;
    [[nodiscard]] SkipCounts skipped() const override { return items_.skipped(); }
    [[nodiscard]] KindCounts unmapped() const override { return items_.unmapped(); }

private:
    void on_frame(const SseEvent& frame);
    bool read_event_text(std::string_view text, std::string_view name, SourcePosition position);
    bool read(std::string_view text, std::string_view name, SourcePosition position);
    void read_pending_line();
    void read_or_warn(const PendingLine& line);
    void on_document(JsonValue event, std::string_view name);
    void on_event(JsonValue event, std::string_view type);
    void on_message_start(JsonValue event);
    void on_message_stop();
    void on_error(JsonValue event);
    void read_error_body();
    bool open_for_blocks();
    void fail(std::string_view code, std::string_view message);
    void buffer_body(std::string_view bytes);

    SseParser sse_;
    ItemBuffer items_;
    SurrogateJoiner joiner_;
    JsonReader reader_;
    std::optional<StreamedMessage> open_;
    std::optional<orchestration::Usage> usage_; // of the messages of the turn that have ended
    bool any_message_ = false;
    bool failed_ = false; // the last event was an error
    std::string body_;    // buffered while the input may be one JSON object instead of events
    bool body_possible_ = true;
};

std::vector<Item> AnthropicSse::feed(std::string_view bytes) {
    if (body_possible_) buffer_body(bytes);
    sse_.feed(bytes, [this](const SseEvent& frame) { on_frame(frame); });
    return items_.take();
}

std::vector<Item> AnthropicSse::finish() {
    sse_.finish([this](const SseEvent& frame) { on_frame(frame); });
    read_pending_line();
    if (body_possible_ && !any_message_) read_error_body();
    if (open_) fail("stream_truncated", "the stream ended inside " + open_->describe_unfinished());
    items_.flush_warnings();
    return items_.take();
}

void AnthropicSse::buffer_body(std::string_view bytes) {
    // Blanks before the first brace are ignored, so that they cannot fill the buffer.
    if (body_.empty()) bytes = bytes.substr(std::min(bytes.find_first_not_of("\xEF\xBB\xBF \t\r\n"), bytes.size()));
    if (bytes.empty()) return;
    body_possible_ = !body_.empty() || bytes.front() == '{';
    if (bytes.size() > body_bytes_max - body_.size()) body_possible_ = false;
    if (body_possible_) {
        body_ += bytes;
    } else {
        body_ = {};
    }
}

void AnthropicSse::read_error_body() {
    if (body_.empty()) return;
    const auto document = reader_.read(trimmed(body_));
    if (!document)
        return items_.warn_unreadable(SourcePosition{}, "it is neither an event nor a complete JSON object", body_);
    if (!member_at(document->value, "error").is_absent()) return on_error(document->value);
    items_.keep_unknown("object", document->value.spelling());
}

void AnthropicSse::on_frame(const SseEvent& frame) {
    if (frame.stray || frame.too_long) read_pending_line(); // so that items keep the order of the input
    if (frame.stray) return items_.warn_unreadable(frame.position, "server-sent events have no such field");
    if (frame.too_long) return items_.warn_unreadable(frame.position, too_long_reason);
    const std::string_view data = trimmed(frame.data);
    if (data.empty() || data == "[DONE]") return;
    if (read_event_text(data, frame.name, frame.position)) return;
    // Some relays drop the blank lines between events. Each data line is then an event.
    if (data.find('\n') == std::string_view::npos)
        return items_.warn_unreadable(frame.position, "it is not JSON", data);
    for (std::size_t at = 0; at < data.size();) {
        const std::size_t end = std::min(data.find('\n', at), data.size());
        const std::string_view line = trimmed(data.substr(at, end - at));
        if (!line.empty() && !read_event_text(line, "", frame.position))
            items_.warn_unreadable(frame.position, "it is not JSON", line);
        at = end + 1;
    }
}

bool AnthropicSse::read_event_text(std::string_view text, std::string_view name, SourcePosition position) {
    // Fast path: nearly every event is undamaged.
    if (!joiner_.is_waiting()) {
        if (const auto document = reader_.read_undamaged(text)) {
            on_document(document->value, name);
            return true;
        }
    }
    const auto ready = joiner_.feed(text, name, position, [this](const PendingLine& line) { read_or_warn(line); });
    return !ready || read(*ready, name, position);
}

void AnthropicSse::read_pending_line() {
    joiner_.flush([this](const PendingLine& line) { read_or_warn(line); });
}

void AnthropicSse::read_or_warn(const PendingLine& line) {
    if (!read(line.text, line.name, line.position)) items_.warn_unreadable(line.position, "it is not JSON", line.text);
}

bool AnthropicSse::read(std::string_view text, std::string_view name, SourcePosition position) {
    const auto document = reader_.read(text);
    if (!document) return false;
    if (document->is_repaired) items_.warn_repaired(position);
    on_document(document->value, name);
    return true;
}

void AnthropicSse::on_document(JsonValue event, std::string_view name) {
    const std::string_view type = text_at(event, "type");
    if (!type.empty()) return on_event(event, type);
    on_event(event, member_at(event, "error").is_absent() ? name : "error");
}

void AnthropicSse::on_event(JsonValue event, std::string_view type) {
    if (type == "ping") return;
    if (type == "error") {
        // A repeated error does not end another turn.
        if (open_ || !failed_) on_error(event);
        return;
    }
    if (type == "message_start") return on_message_start(event);
    if (type == "content_block_start" && open_for_blocks()) return open_->on_block_start(event, items_);
    if (type == "content_block_delta" && open_for_blocks()) return open_->on_block_delta(event, items_);
    if (type == "content_block_stop" && open_) return open_->on_block_stop(event, items_);
    if (type == "message_delta" && open_) return open_->on_message_delta(event);
    if (type == "message_stop" && open_) return on_message_stop();
    items_.keep_unknown(type.empty() ? "event" : fmt::format("event {}", type), event.spelling());
}

/// Returns whether a message is open. If no message has begun yet, opens one, because its start was lost.
bool AnthropicSse::open_for_blocks() {
    if (!open_ && !any_message_) open_.emplace("", std::nullopt);
    any_message_ = true;
    return open_.has_value();
}

void AnthropicSse::on_message_start(JsonValue event) {
    const std::string id(text_at(member_at(event, "message"), "id"));
    if (open_ && !id.empty() && open_->id() == id) return;
    if (open_) fail("message_abandoned", "another message began inside " + open_->describe_unfinished());
    any_message_ = true;
    failed_ = false;
    if (!id.empty()) {
        items_.add(MessageStarted{.message_id = id,
                                  .agent = "anthropic",
                                  .session = {},
                                  .model = nonempty_at(member_at(event, "message"), "model"),
                                  .sent_at = {},
                                  .parent = {}});
    }
    open_.emplace(id, std::nullopt);
    open_->on_start(event, items_);
}

void AnthropicSse::on_message_stop() {
    open_->on_stop(items_);
    // The client sends the results of its tools in the next request, so that the turn goes on in the next message.
    const auto& reason = open_->stop_reason();
    const bool is_paused = open_->pauses_turn();
    add_tokens(usage_, open_->usage());
    items_.add(TurnComplete{
        .outcome = is_paused ? TurnOutcome::paused : TurnOutcome::completed, .stop_reason = reason, .usage = usage_});
    if (!is_paused) usage_.reset();
    open_.reset();
}

void AnthropicSse::on_error(JsonValue event) {
    const JsonValue error = member_at(event, "error");
    const JsonValue source = error.is_absent() ? event : error;
    std::string message(source.is_string() ? source.text() : text_at(source, "message"));
    std::string code(text_at(error, "type"));
    if (code.empty()) code = "error";
    if (message.empty()) message = text_of(source);
    any_message_ = true;
    fail(code, message);
    failed_ = true;
}

void AnthropicSse::fail(std::string_view code, std::string_view message) {
    if (open_) {
        open_->on_truncation(items_);
        add_tokens(usage_, open_->usage());
        open_.reset();
    }
    if (usage_) items_.add(UsageReport{.usage = *std::exchange(usage_, std::nullopt)});
    items_.add(ProviderError{.code = code, .message = message, .fatal = true});
    items_.count_broken_turn();
}

} // namespace

std::unique_ptr<StreamParser> open_anthropic_sse() {
    return std::make_unique<AnthropicSse>();
}

} // namespace evenfold::providers
