#include <algorithm>
#include <iterator>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"

// Adds the parts of a snapshot that the stream events did not contain. A line of Claude Code usually contains one
// block, the next of its message. A line that begins with the first block again repeats all blocks so far.

namespace evenfold::providers {

namespace {

std::string_view visible_text(JsonValue content) {
    return text_at(content, text_at(content, "type") == "thinking" ? "thinking" : "text");
}

} // namespace

void StreamedMessage::add_snapshot(JsonValue content, ItemBuffer& items) {
    if (content.is_string()) {
        ContentBlock text;
        text.kind = ContentBlockKind::text;
        return add_snapshot_block(std::move(text), content.text(), {}, items);
    }
    if (repeats_first_block(content)) snapshot_end_ = 0;
    for (const JsonValue each : content.elements()) add_snapshot_block(block_of(each), visible_text(each), each, items);
}

bool StreamedMessage::repeats_first_block(JsonValue content) const {
    const JsonElements blocks = content.elements();
    const bool has_several = !blocks.empty() && std::next(blocks.begin()) != blocks.end();
    if (snapshot_end_ == 0 || !has_several || blocks_.empty()) return false;
    const ContentBlock& first = blocks_.begin()->second;
    const ContentBlock again = block_of(*blocks.begin());
    if (again.kind != first.kind) return false;
    if (first.kind == ContentBlockKind::tool || first.kind == ContentBlockKind::result)
        return again.call_id == first.call_id;
    return begins_with_text_of(first, visible_text(*blocks.begin()));
}

StreamedMessage::ContentBlock* StreamedMessage::find_known(const ContentBlock& block) {
    if (!block.call_id.empty()) {
        ContentBlock* known = find_call(block);
        if (known) snapshot_end_ = std::max(snapshot_end_, calls_.at({block.kind, block.call_id}) + 1);
        return known;
    }
    for (auto at = blocks_.lower_bound(snapshot_end_); at != blocks_.end(); ++at) {
        if (at->second.kind != block.kind || !at->second.call_id.empty()) continue;
        snapshot_end_ = at->first + 1;
        return &at->second;
    }
    return nullptr;
}

/// Adds a block, of which `shown` is the text and `content` the value; absent if the snapshot is only a text.
void StreamedMessage::add_snapshot_block(ContentBlock block, std::string_view shown, JsonValue content,
                                         ItemBuffer& items) {
    ContentBlock* known = find_known(block);
    if (!known) {
        known = &add_new_block(std::move(block), content, items);
    } else if (known->emitted) {
        // Only text may be missing.
    } else if (known->kind == ContentBlockKind::tool) {
        // The snapshot has the complete input, with which the tool runs.
        known->text = std::move(block.input);
    } else if (known->signature.empty()) {
        known->signature = std::move(block.signature);
    }
    if (known->kind == ContentBlockKind::text || known->kind == ContentBlockKind::thinking)
        return add_snapshot_text(*known, shown, items);
    if (known->emitted) return;
    if (known->kind == ContentBlockKind::tool) emit_call(*known, "{}", items);
    if (known->kind == ContentBlockKind::result) emit_result(*known, content, items);
}

/// Inserts a block that the stream events did not contain, after all others.
StreamedMessage::ContentBlock&
StreamedMessage::add_new_block(ContentBlock block, JsonValue content, ItemBuffer& items) {
    const std::int64_t last = blocks_.empty() ? -1 : blocks_.rbegin()->first;
    const std::int64_t index = std::max(snapshot_end_, last + 1);
    snapshot_end_ = index + 1;
    if (block.kind == ContentBlockKind::other) keep_other(content, items);
    for (const JsonValue citation : member_at(content, "citations").elements())
        items.keep("citation", citation.spelling());
    block.stopped = true;
    return insert(index, std::move(block));
}

void StreamedMessage::add_snapshot_text(ContentBlock& block, std::string_view whole, ItemBuffer& items) const {
    std::string_view more;
    if (begins_with_text_of(block, whole)) more = whole.substr(block.added);
    std::optional<std::string> signature;
    if (block.kind == ContentBlockKind::thinking && !block.emitted && !block.signature.empty())
        signature = std::exchange(block.signature, {});
    block.emitted = block.emitted || signature.has_value();
    append(block, more);
    emit_text(block, more, std::move(signature), items);
}

} // namespace evenfold::providers
