#include "evenfold/tests/providers/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace evenfold::providers::tests {

using namespace orchestration::provider;
using orchestration::ProviderEvent;

namespace {

std::string line(const TextDelta& it) {
    return fmt::format("text {} {}", it.parent.value_or("-"), it.text);
}
std::string line(const ThinkingDelta& it) {
    return fmt::format("thinking {} {} ({})", it.parent.value_or("-"), it.text, it.signature.value_or("-"));
}
std::string line(const ToolCall& it) {
    return fmt::format("call {} {} {} {} {}", it.parent.value_or("-"), it.call_id, it.name, it.input,
                       it.run_by_provider ? "by provider" : "by us");
}
std::string line(const ToolResult& it) {
    return fmt::format("result {} {} {}", it.call_id, it.is_error ? "error" : "fine", it.output);
}
std::string line(const AwaitingApproval& it) {
    return fmt::format("asks {} {}", it.request_id, it.call_id.value_or("-"));
}
std::string line(const ApprovalResolved& it) {
    return fmt::format("resolved {}", it.request_id);
}
std::string line(const MessageStarted& it) {
    return fmt::format("message {} {} {} {}", it.parent.value_or("-"), it.message_id, it.session,
                       it.model.value_or("-"));
}
std::string line(const MessageDiscarded& it) {
    return fmt::format("discarded {}", it.message_id);
}
std::string line(const UsageReport& it) {
    return fmt::format("usage {}", it.usage.output_tokens);
}
std::string line(const Notice& it) {
    return fmt::format("notice {}", it.text);
}
std::string line(const TurnComplete& it) {
    return fmt::format("done {} {}", it.outcome == TurnOutcome::completed, it.stop_reason.value_or("-"));
}
std::string line(const ProviderError& it) {
    return fmt::format("error {} {} {}", it.code, it.message, it.fatal);
}
std::string line(const ProviderEvent& it) {
    return std::visit([](const auto& event) { return line(event); }, it);
}
std::string line(const SessionStarted& it) {
    return fmt::format("session {} {} {}", it.session_ref, it.model, it.working_folder);
}
std::string line(const Prompt& it) {
    return fmt::format("prompt {}", it.text);
}

/// Returns the text of the main thread or of the subagents, without the messages that were taken back.
std::string joined(const std::vector<Item>& items, bool of_subagents) {
    std::vector<std::pair<std::string, std::string>> texts; // by message
    std::map<std::string, std::string> current;             // the message of each speaker
    for (const Item& item : items) {
        const auto* event = std::get_if<ProviderEvent>(&item);
        if (!event) continue;
        if (const auto* started = std::get_if<MessageStarted>(event))
            current[started->parent.value_or("")] = started->message_id;
        if (const auto* discarded = std::get_if<MessageDiscarded>(event))
            std::erase_if(texts, [&](const auto& text) { return text.first == discarded->message_id; });
        const auto* delta = std::get_if<TextDelta>(event);
        if (delta && delta->parent.has_value() == of_subagents)
            texts.emplace_back(current[delta->parent.value_or("")], delta->text);
    }
    std::string text;
    for (const auto& [message, part] : texts) text += part;
    return text;
}

} // namespace

std::string Reading::text() const {
    return joined(items, false);
}

std::string Reading::subagent_text() const {
    return joined(items, true);
}

std::string Reading::thinking() const {
    std::string thinking;
    for (const ThinkingDelta& delta : all<ThinkingDelta>()) {
        if (!delta.parent) thinking += delta.text;
    }
    return thinking;
}

std::vector<Ending> Reading::endings() const {
    std::vector<Ending> endings;
    for (const Item& item : items) {
        const auto* event = std::get_if<ProviderEvent>(&item);
        if (!event) continue;
        if (const auto* done = std::get_if<TurnComplete>(event)) {
            const bool is_completed = done->outcome != TurnOutcome::interrupted;
            endings.push_back({is_completed ? "completed" : "interrupted", done->stop_reason.value_or("")});
        }
        const auto* error = std::get_if<ProviderError>(event);
        if (error && error->fatal) endings.push_back({"error", error->code});
    }
    return endings;
}

Reading read(const Format& format, std::string_view bytes, const NextSize& next) {
    const auto stream = format.open();
    Reading reading;
    const auto add = [&reading](std::vector<Item> more) { std::ranges::move(more, std::back_inserter(reading.items)); };
    while (!bytes.empty()) {
        const std::size_t size = next ? std::min(next(), bytes.size()) : bytes.size();
        add(stream->feed(bytes.substr(0, size)));
        bytes.remove_prefix(size);
    }
    add(stream->finish());
    reading.skipped = stream->skipped();
    return reading;
}

Reading read_claude(const std::string& bytes) {
    return read(claude_stream_json, bytes);
}

Reading read_transcript(const std::string& bytes) {
    return read(claude_transcript, bytes);
}

std::string describe(const Item& item) {
    return std::visit([](const auto& it) { return line(it); }, item);
}

std::string describe(const std::vector<Item>& items) {
    std::string text;
    for (const Item& item : items) text += describe(item) + "\n";
    return text;
}

} // namespace evenfold::providers::tests
