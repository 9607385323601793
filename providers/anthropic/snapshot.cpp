#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/wire/json_text.hpp"

// Adds the parts of a snapshot that the stream events of its message did not have. A line of Claude Code holds mostly
// one block, the next of its message. A line that begins again with the first block repeats the message so far.

namespace evenfold::providers {

namespace {

std::string_view spoken(const Json& content) {
    return text_at(content, text_at(content, "type") == "thinking" ? "thinking" : "text");
}

} // namespace

void StreamedMessage::retell(const Json& content, std::string_view text, ItemBuffer& items) {
    if (content.is_string()) {
        return retell_block(Json::object({{"type", "text"}, {"text", content}}), "", items);
    }
    if (!content.is_array()) return;
    if (begins_anew(content)) retold_ = 0;
    const std::vector<std::string_view> texts = elements_of(text);
    for (std::size_t at = 0; at < content.size(); ++at) {
        retell_block(content[at], at < texts.size() ? texts[at] : std::string_view(), items);
    }
}

bool StreamedMessage::begins_anew(const Json& content) const {
    if (retold_ == 0 || content.size() < 2 || blocks_.empty()) return false;
    const ContentBlock& first = blocks_.begin()->second;
    const ContentBlock again = block_of(content.front(), "");
    if (again.kind != first.kind) return false;
    if (first.kind == ContentBlockKind::tool || first.kind == ContentBlockKind::result)
        return again.call_id == first.call_id;
    return spoken(content.front()).starts_with(first.text);
}

StreamedMessage::ContentBlock* StreamedMessage::told_before(const ContentBlock& block) {
    if (!block.call_id.empty()) {
        ContentBlock* known = with_call(block);
        if (known) retold_ = std::max(retold_, calls_.at({block.kind, block.call_id}) + 1);
        return known;
    }
    for (auto at = blocks_.lower_bound(retold_); at != blocks_.end(); ++at) {
        if (at->second.kind != block.kind || !at->second.call_id.empty()) continue;
        retold_ = at->first + 1;
        return &at->second;
    }
    return nullptr;
}

void StreamedMessage::retell_block(const Json& content, std::string_view text, ItemBuffer& items) {
    ContentBlock block = block_of(content, text);
    ContentBlock* known = told_before(block);
    if (!known) {
        const std::int64_t last = blocks_.empty() ? -1 : blocks_.rbegin()->first;
        const std::int64_t index = std::max(retold_, last + 1);
        retold_ = index + 1;
        if (block.kind == ContentBlockKind::silent && text_at(content, "type") != "redacted_thinking")
            items.pass_over();
        block.stopped = true;
        const std::string signature = std::exchange(block.signature, {});
        known = &put(index, std::move(block));
        known->signature = signature;
    } else if (known->kind == ContentBlockKind::tool) {
        // The snapshot holds the input with which the tool runs.
        known->text = std::move(block.input);
    } else if (known->signature.empty()) {
        known->signature = std::move(block.signature);
    }
    if (known->kind == ContentBlockKind::text || known->kind == ContentBlockKind::thinking)
        return retell_text(*known, spoken(content), items);
    if (known->told) return;
    if (known->kind == ContentBlockKind::tool) tell_tool(*known, "{}", items);
    if (known->kind == ContentBlockKind::result) tell_result(*known, content, text, items);
}

void StreamedMessage::retell_text(ContentBlock& block, std::string_view whole, ItemBuffer& items) const {
    std::string_view more;
    if (whole.starts_with(block.text)) more = whole.substr(block.text.size());
    std::optional<std::string> signature;
    if (block.kind == ContentBlockKind::thinking && !block.told && !block.signature.empty())
        signature = block.signature;
    block.told = block.told || signature.has_value();
    block.text += more;
    tell(block, more, std::move(signature), items);
}

} // namespace evenfold::providers
