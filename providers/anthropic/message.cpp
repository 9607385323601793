#include "evenfold/providers/anthropic/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/providers/anthropic/tool_output.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::Usage;
using orchestration::provider::Notice;
using orchestration::provider::TextDelta;
using orchestration::provider::ThinkingDelta;
using orchestration::provider::ToolCall;
using orchestration::provider::ToolResult;

namespace {

bool is_blank(std::string_view text) {
    return trimmed(text).empty();
}

std::optional<std::int64_t> index_of(JsonValue event) {
    return member_at(event, "index").integer();
}

} // namespace

void add_tokens(std::optional<Usage>& sum, const std::optional<Usage>& more) {
    if (!more) return;
    if (!sum) sum = Usage{};
    sum->input_tokens += more->input_tokens;
    sum->output_tokens += more->output_tokens;
    sum->cache_read_tokens += more->cache_read_tokens;
    sum->cache_write_tokens += more->cache_write_tokens;
}

void read_usage(JsonValue counts, Usage& usage) {
    usage.input_tokens = count_at(counts, "input_tokens").value_or(usage.input_tokens);
    usage.output_tokens = count_at(counts, "output_tokens").value_or(usage.output_tokens);
    usage.cache_read_tokens = count_at(counts, "cache_read_input_tokens").value_or(usage.cache_read_tokens);
    usage.cache_write_tokens = count_at(counts, "cache_creation_input_tokens").value_or(usage.cache_write_tokens);
}

StreamedMessage::StreamedMessage(std::string id, std::optional<std::string> parent)
    : id_(std::move(id)), parent_(std::move(parent)) {}

void StreamedMessage::on_start(JsonValue event, ItemBuffer& items) {
    const JsonValue message = member_at(event, "message");
    if (auto reason = nonempty_at(message, "stop_reason")) stop_reason_ = std::move(reason);
    add_usage(member_at(message, "usage"));
    // Calls by tools that run at the provider are in the start event, complete, and never come as blocks.
    add_snapshot(member_at(message, "content"), items);
    snapshot_end_ = 0;
}

void StreamedMessage::on_block_start(JsonValue event, ItemBuffer& items) {
    const JsonValue content = member_at(event, "content_block");
    ContentBlock block = block_of(content);
    if (const ContentBlock* known = find_call(block); known && known->emitted) return;
    const std::int64_t last = blocks_.empty() ? -1 : blocks_.rbegin()->first;
    const std::int64_t index = index_of(event).value_or(last + 1);
    // A provider may restart its index within a message. The earlier block of this index is then complete.
    if (const auto found = blocks_.find(index); found != blocks_.end()) stop_block(found->second, items);
    if (block.kind == ContentBlockKind::other) keep_other(content, items);
    if (block.kind == ContentBlockKind::result) emit_result(block, content, items);
    ContentBlock& begun = insert(index, std::move(block));
    if (begun.kind == ContentBlockKind::text) emit_delta(begun, text_at(content, "text"), items);
    if (begun.kind == ContentBlockKind::thinking) emit_delta(begun, text_at(content, "thinking"), items);
}

void StreamedMessage::on_block_delta(JsonValue event, ItemBuffer& items) {
    const auto [delta, number] = event.find_each("delta", "index");
    const auto [kind, text, thinking] = delta.find_each("type", "text", "thinking");
    const std::string_view type = kind.text();
    const bool is_text = type == "text_delta";
    const bool is_thinking = type == "thinking_delta";
    const std::int64_t index = number.integer().value_or(blocks_.empty() ? 0 : blocks_.rbegin()->first);
    auto found = blocks_.find(index);
    // The start of the block was lost, so that only the delta shows its kind.
    if (found == blocks_.end() && (is_text || is_thinking)) found = blocks_.emplace(index, ContentBlock{}).first;
    if (found == blocks_.end()) return items.keep_unknown("delta without a block", text_of(delta));
    ContentBlock& block = found->second;
    if (block.kind == ContentBlockKind::other && (is_text || is_thinking))
        block.kind = is_text ? ContentBlockKind::text : ContentBlockKind::thinking;
    if (is_text && block.kind == ContentBlockKind::text) return emit_delta(block, text.text(), items);
    if (is_thinking && block.kind == ContentBlockKind::thinking) return emit_delta(block, thinking.text(), items);
    if (type == "signature_delta" && block.kind == ContentBlockKind::thinking) {
        block.signature = text_at(delta, "signature");
    } else if (type == "input_json_delta" && block.kind == ContentBlockKind::tool) {
        if (!block.emitted) block.text += text_at(delta, "partial_json");
    } else if (type == "citations_delta") {
        items.keep("citation", text_of(member_at(delta, "citation")));
    } else if (type == "compaction_delta") {
        items.keep("compaction", text_at(delta, "content"));
    } else {
        items.keep_unknown(fmt::format("delta {}", type), text_of(delta));
    }
}

void StreamedMessage::on_block_stop(JsonValue event, ItemBuffer& items) {
    const std::int64_t index = index_of(event).value_or(blocks_.empty() ? 0 : blocks_.rbegin()->first);
    if (const auto found = blocks_.find(index); found != blocks_.end()) stop_block(found->second, items);
}

void StreamedMessage::on_message_delta(JsonValue event) {
    const JsonValue delta = member_at(event, "delta");
    if (auto reason = nonempty_at(delta, "stop_reason")) stop_reason_ = std::move(reason);
    stop_sequence_ = text_at(delta, "stop_sequence");
    add_usage(member_at(event, "usage"));
}

void StreamedMessage::add_usage(JsonValue counts) {
    if (!counts.is_object()) return;
    if (!usage_) usage_ = Usage{};
    read_usage(counts, *usage_);
}

void StreamedMessage::on_stop(ItemBuffer& items) {
    for (auto& [index, block] : blocks_) stop_block(block, items);
    items.keep("stop sequence", stop_sequence_);
    has_stopped_ = true;
}

void StreamedMessage::on_truncation(ItemBuffer& items) {
    for (auto& [index, block] : blocks_) {
        if (block.kind == ContentBlockKind::tool && !block.emitted) emit_call(block, "", items);
    }
}

void StreamedMessage::set_id(std::string id) {
    id_ = std::move(id);
}

const std::string& StreamedMessage::id() const {
    return id_;
}

const std::optional<Usage>& StreamedMessage::usage() const {
    return usage_;
}

const std::optional<std::string>& StreamedMessage::stop_reason() const {
    return stop_reason_;
}

bool StreamedMessage::pauses_turn() const {
    return stop_reason_ == "tool_use" || stop_reason_ == "pause_turn";
}

std::string StreamedMessage::describe_unfinished() const {
    std::string message = id_.empty() ? "a message" : fmt::format("message {}", id_);
    for (const auto& [index, block] : blocks_) {
        if (block.stopped) continue;
        if (block.kind == ContentBlockKind::tool)
            return fmt::format("{}, in the input of tool call {}", message, block.call_id);
        if (block.kind == ContentBlockKind::text) return message + ", in its text";
        if (block.kind == ContentBlockKind::thinking) return message + ", in its thinking";
    }
    return message;
}

StreamedMessage::ContentBlock& StreamedMessage::insert(std::int64_t index, ContentBlock block) {
    if (!block.call_id.empty()) calls_[{block.kind, block.call_id}] = index;
    return blocks_[index] = std::move(block);
}

StreamedMessage::ContentBlock* StreamedMessage::find_call(const ContentBlock& block) {
    const auto index = calls_.find({block.kind, block.call_id});
    if (index == calls_.end()) return nullptr;
    const auto found = blocks_.find(index->second);
    // Another block may have replaced the block at that index.
    const bool is_it =
        found != blocks_.end() && found->second.kind == block.kind && found->second.call_id == block.call_id;
    return is_it ? &found->second : nullptr;
}

StreamedMessage::ContentBlock StreamedMessage::block_of(JsonValue content) const {
    const std::string_view type = text_at(content, "type");
    ContentBlock block;
    if (type == "text") block.kind = ContentBlockKind::text;
    // Redacted thinking has no text, and its data is opaque like a signature.
    const bool is_redacted = type == "redacted_thinking";
    if (type == "thinking" || is_redacted) {
        block.kind = ContentBlockKind::thinking;
        block.signature = text_at(content, is_redacted ? "data" : "signature");
    }
    if (type.ends_with("tool_use")) {
        block.kind = ContentBlockKind::tool;
        block.call_id = text_at(content, "id");
        block.name = text_at(content, "name");
        block.run_by_provider = type != "tool_use";
        const JsonValue input = member_at(content, "input");
        const bool is_empty = input.is_null() || (input.is_object() && input.is_empty());
        if (!is_empty) block.input = input.spelling();
    }
    if (type.ends_with("tool_result")) {
        block.kind = ContentBlockKind::result;
        block.call_id = text_at(content, "tool_use_id");
    }
    return block;
}

void StreamedMessage::keep_other(JsonValue content, ItemBuffer& items) {
    const std::string_view type = text_at(content, "type");
    const std::string kind = fmt::format("block {}", type);
    if (!is_known_part(type)) return items.keep_unknown(kind, content.is_absent() ? "null" : content.spelling());
    const bool comes_in_deltas = type == "compaction" && text_at(content, "content").empty();
    if (!comes_in_deltas) items.keep(kind, content.spelling());
}

void StreamedMessage::emit_text(const ContentBlock& block, std::string_view more, std::optional<std::string> signature,
                                ItemBuffer& items) const {
    if (more.empty() && !signature) return;
    if (block.kind == ContentBlockKind::text) items.add(TextDelta{.text = std::string(more), .parent = parent_});
    if (block.kind != ContentBlockKind::thinking) return;
    items.add(ThinkingDelta{.text = std::string(more), .signature = std::move(signature), .parent = parent_});
}

void StreamedMessage::append(ContentBlock& block, std::string_view more) {
    block.added += more.size();
    block.hash.update(more);
}

/// Returns whether `whole` begins with the text that the block has added.
bool StreamedMessage::begins_with_text_of(const ContentBlock& block, std::string_view whole) {
    if (whole.size() < block.added) return false;
    Sha256 beginning;
    beginning.update(whole.substr(0, block.added));
    return block.added == 0 || beginning.finish() == Sha256(block.hash).finish();
}

void StreamedMessage::emit_delta(ContentBlock& block, std::string_view delta, ItemBuffer& items) const {
    // A snapshot may already contain the beginning of the delta. Only the rest is new.
    const std::size_t known = block.added - block.streamed;
    const std::string_view added = delta.substr(std::min(known, delta.size()));
    block.streamed += delta.size();
    append(block, added);
    emit_text(block, added, std::nullopt, items);
}

void StreamedMessage::emit_call(ContentBlock& block, std::string_view empty_input, ItemBuffer& items) const {
    std::string input = is_blank(block.text) ? block.input : block.text;
    if (input.empty()) input = empty_input;
    items.add(ToolCall{.call_id = block.call_id,
                       .name = block.name,
                       .input = input,
                       .parent = parent_,
                       .run_by_provider = block.run_by_provider});
    block.emitted = true;
    block.text = {};
    block.input = {};
}

void StreamedMessage::emit_result(ContentBlock& block, JsonValue content, ItemBuffer& items) const {
    const JsonValue output = member_at(content, "content");
    items.add(ToolResult{.call_id = block.call_id,
                         .output = provider_output(output),
                         .is_error = bool_at(content, "is_error") || text_at(output, "type").ends_with("_error")});
    block.emitted = true;
}

void StreamedMessage::stop_block(ContentBlock& block, ItemBuffer& items) const {
    if (block.stopped) return;
    block.stopped = true;
    if (block.emitted) return;
    if (block.kind == ContentBlockKind::thinking && !block.signature.empty()) {
        emit_text(block, "", std::exchange(block.signature, {}), items);
        block.emitted = true;
    }
    if (block.kind != ContentBlockKind::tool) return;
    const bool is_complete = is_blank(block.text) || is_json(block.text);
    emit_call(block, "{}", items);
    if (is_complete) return;
    items.add(Notice{.level = NoticeLevel::warning,
                     .text = fmt::format("the input of tool call {} is not complete JSON", block.call_id)});
}

} // namespace evenfold::providers
