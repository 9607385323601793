/// One message of the Anthropic Messages API, made of its stream events, block by block, and of snapshots of it (as
/// Claude Code prints them). Each part becomes an item once, whichever source brings it first.
/// Source: Anthropic, "Streaming Messages". Shared by anthropic_sse and claude_stream_json.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

/// Reads the token counts of an API `usage` object into `usage`. Counts that the object lacks keep their value.
void read_usage(const nlohmann::json& counts, orchestration::Usage& usage);

/// Returns the output of a tool that the provider ran: a string or text parts as text, anything else as its JSON text.
[[nodiscard]] std::string provider_output(const nlohmann::json& content, std::string_view text);

/// Returns the output of a tool that the client ran: text parts joined, parts of known kinds without text left out,
/// anything else as its JSON text. `text` is the JSON text of `content`.
[[nodiscard]] std::string client_output(const nlohmann::json& content, std::string_view text);

/// Returns the text parts of `content` joined, or nothing if there are none.
[[nodiscard]] std::optional<std::string> joined_text(const nlohmann::json& content);

class StreamedMessage {
public:
    /// Creates an empty message. `parent` is the tool call of the subagent that speaks, if one does.
    StreamedMessage(std::string id, std::optional<std::string> parent);

    // Stream events. `text` is the event's own JSON text.
    void on_start(const nlohmann::json& event, std::string_view text, ItemBuffer& items);
    void on_block_start(const nlohmann::json& event, std::string_view text, ItemBuffer& items);
    void on_block_delta(const nlohmann::json& event, ItemBuffer& items);
    void on_block_stop(const nlohmann::json& event, ItemBuffer& items);
    void on_message_delta(const nlohmann::json& event);

    /// Ends the message: stops each block that was not stopped yet.
    void on_stop(ItemBuffer& items);

    /// Adds the tool calls not added yet, with the input received so far, because the stream broke off.
    void on_cut(ItemBuffer& items);

    /// Reads a snapshot of one or more blocks and adds the items that are new. `text` is the JSON text of `content`.
    void retell(const nlohmann::json& content, std::string_view text, ItemBuffer& items);

    /// Sets the id of this message, which had none.
    void name(std::string id);

    [[nodiscard]] const std::string& id() const;
    [[nodiscard]] const std::optional<orchestration::Usage>& usage() const;
    [[nodiscard]] const std::optional<std::string>& stop_reason() const;

    /// Returns a description, for a person, of the unfinished part of the message.
    [[nodiscard]] std::string unfinished() const;

private:
    enum class ContentBlockKind : std::uint8_t { text, thinking, tool, result, silent };

    struct ContentBlock {
        ContentBlockKind kind = ContentBlockKind::silent;
        std::string call_id;
        std::string name;
        std::string text;  // added so far; of a tool: the pieces of its input
        std::string input; // of a tool: the input in the event that starts it, unless empty
        std::string signature;
        std::size_t streamed = 0; // length of the text that came as deltas; a snapshot may be ahead of them
        bool run_by_provider = false;
        bool told = false;
        bool stopped = false;
    };

    void read(const nlohmann::json& counts);
    [[nodiscard]] ContentBlock block_of(const nlohmann::json& content, std::string_view text) const;
    void tell(const ContentBlock& block, std::string_view more, std::optional<std::string> signature,
              ItemBuffer& items) const;
    void tell_delta(ContentBlock& block, std::string_view delta, ItemBuffer& items) const;
    void tell_tool(ContentBlock& block, std::string_view empty_input, ItemBuffer& items) const;
    void
    tell_result(ContentBlock& block, const nlohmann::json& content, std::string_view text, ItemBuffer& items) const;
    void stop(ContentBlock& block, ItemBuffer& items) const;
    void retell_block(const nlohmann::json& content, std::string_view text, ItemBuffer& items);
    void retell_text(ContentBlock& block, std::string_view whole, ItemBuffer& items) const;
    ContentBlock& put(std::int64_t index, ContentBlock block);
    ContentBlock* with_call(const ContentBlock& block);
    ContentBlock* told_before(const ContentBlock& block);
    [[nodiscard]] bool begins_anew(const nlohmann::json& content) const;

    std::string id_;
    std::optional<std::string> parent_;
    std::map<std::int64_t, ContentBlock> blocks_;                            // by index
    std::map<std::pair<ContentBlockKind, std::string>, std::int64_t> calls_; // the index of each call and result
    std::int64_t retold_ = 0; // the index after the last block that a snapshot held
    std::optional<orchestration::Usage> usage_;
    std::optional<std::string> stop_reason_;
};

} // namespace evenfold::providers
