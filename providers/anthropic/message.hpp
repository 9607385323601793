/// One message of the Anthropic Messages API, built from stream events and from snapshots of its blocks, as Claude Code
/// prints them. Each part becomes an item once, even if it is in both.
/// Source: Anthropic, "Streaming Messages". Shared by anthropic_sse and claude_stream_json.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/providers/anthropic/tool_output.hpp" // also for those who read messages
#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Sets the counts of `usage` from an API `usage` object. Keeps the counts that the object lacks.
void read_usage(JsonValue counts, orchestration::Usage& usage);

/// Adds the token counts of `more` to `sum`. A missing report counts nothing, and leaves `sum` missing.
void add_tokens(std::optional<orchestration::Usage>& sum, const std::optional<orchestration::Usage>& more);

class StreamedMessage {
public:
    /// Creates an empty message. `parent` is the tool call of the subagent that sends it, if any.
    StreamedMessage(std::string id, std::optional<std::string> parent);

    // The stream events.
    void on_start(JsonValue event, ItemBuffer& items);
    void on_block_start(JsonValue event, ItemBuffer& items);
    void on_block_delta(JsonValue event, ItemBuffer& items);
    void on_block_stop(JsonValue event, ItemBuffer& items);
    void on_message_delta(JsonValue event);

    /// Sets the token counts of the message, because a snapshot repeats them. Ignores missing counts.
    void add_usage(JsonValue counts);

    /// Ends the message: stops each open block.
    void on_stop(ItemBuffer& items);

    /// Adds the open tool calls with the input received so far, because the stream was truncated.
    void on_truncation(ItemBuffer& items);

    /// Adds the new items of a snapshot of one or more blocks, which `content` holds.
    void add_snapshot(JsonValue content, ItemBuffer& items);

    /// Sets the id of this message, which must have none.
    void set_id(std::string id);

    [[nodiscard]] const std::string& id() const;
    [[nodiscard]] const std::optional<orchestration::Usage>& usage() const;
    [[nodiscard]] const std::optional<std::string>& stop_reason() const;

    /// Returns whether its turn goes on in the next message, after the results of its calls or the next request.
    [[nodiscard]] bool pauses_turn() const;

    /// Returns whether the message has ended.
    [[nodiscard]] bool has_stopped() const { return has_stopped_; }

    /// Returns a text for people that names the open block: "message m, in its text".
    [[nodiscard]] std::string describe_unfinished() const;

private:
    enum class ContentBlockKind : std::uint8_t { text, thinking, tool, result, other };

    struct ContentBlock {
        ContentBlockKind kind = ContentBlockKind::other;
        std::string call_id;
        std::string name;
        std::string text;         // of a tool, until it is emitted: the pieces of its input
        std::string input;        // of a tool, until it is emitted: the input in the event that starts it, unless empty
        std::string signature;    // until it is emitted
        Sha256 hash;              // of the text added so far, which may be too long to keep
        std::size_t added = 0;    // length of that text
        std::size_t streamed = 0; // length of the text that came as deltas; a snapshot may be ahead of them
        bool run_by_provider = false;
        bool emitted = false;
        bool stopped = false;
    };

    static void keep_other(JsonValue content, ItemBuffer& items);
    [[nodiscard]] ContentBlock block_of(JsonValue content) const;
    static void append(ContentBlock& block, std::string_view more);
    [[nodiscard]] static bool begins_with_text_of(const ContentBlock& block, std::string_view whole);
    void emit_text(const ContentBlock& block, std::string_view more, std::optional<std::string> signature,
                   ItemBuffer& items) const;
    void emit_delta(ContentBlock& block, std::string_view delta, ItemBuffer& items) const;
    void emit_call(ContentBlock& block, std::string_view empty_input, ItemBuffer& items) const;
    void emit_result(ContentBlock& block, JsonValue content, ItemBuffer& items) const;
    void stop_block(ContentBlock& block, ItemBuffer& items) const;
    void add_snapshot_block(ContentBlock block, std::string_view shown, JsonValue content, ItemBuffer& items);
    ContentBlock& add_new_block(ContentBlock block, JsonValue content, ItemBuffer& items);
    void add_snapshot_text(ContentBlock& block, std::string_view whole, ItemBuffer& items) const;
    ContentBlock& insert(std::int64_t index, ContentBlock block);
    ContentBlock* find_call(const ContentBlock& block);
    ContentBlock* find_known(const ContentBlock& block);
    [[nodiscard]] bool repeats_first_block(JsonValue content) const;

    std::string id_;
    std::optional<std::string> parent_;
    std::map<std::int64_t, ContentBlock> blocks_;                            // by index
    std::map<std::pair<ContentBlockKind, std::string>, std::int64_t> calls_; // the index of each call and result
    std::int64_t snapshot_end_ = 0; // the index after the last block that a snapshot held
    std::optional<orchestration::Usage> usage_;
    std::optional<std::string> stop_reason_;
    std::string stop_sequence_;
    bool has_stopped_ = false;
};

} // namespace evenfold::providers
