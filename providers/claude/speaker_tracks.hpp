/// The messages of one Claude Code turn: those of the main thread, and beside them those of each subagent.
/// A message comes as stream events, as snapshots of its blocks, or as both; StreamedMessage makes items of each part once.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

class SpeakerTracks {
public:
    /// Reads an event of the Messages API on the track of `parent`; `text` is the event's JSON text.
    void on_event(const std::optional<std::string>& parent, const nlohmann::json& event, std::string_view text,
                  ItemBuffer& items);

    /// Reads an `assistant` line, which holds blocks of a message. `text` is the JSON text of `message`.
    void on_snapshot(const std::optional<std::string>& parent, const nlohmann::json& message, std::string_view text,
                     ItemBuffer& items);

    /// Adds the tool calls whose input is incomplete, with the input so far, because the stream broke off.
    void on_cut(ItemBuffer& items);

    /// Discards all messages, because the turn is over.
    void clear();

    /// Returns the message of the main thread that is streaming, or null.
    [[nodiscard]] const StreamedMessage* streaming() const;

    /// Returns the token counts of the main thread's messages that have streamed so far.
    [[nodiscard]] std::optional<orchestration::Usage> usage() const;

    /// Returns the last stop reason of the main thread.
    [[nodiscard]] const std::optional<std::string>& stop_reason() const;

private:
    struct Track {
        std::map<std::string, StreamedMessage> messages; // by id; without one yet: by the empty id
        StreamedMessage* current = nullptr;
    };

    static StreamedMessage&
    message_named(Track& track, const std::string& id, const std::optional<std::string>& parent);
    static void on_message_start(Track& track, const std::optional<std::string>& parent, const nlohmann::json& event,
                                 std::string_view text, ItemBuffer& items);
    void on_message_stop(Track& track, bool is_main, ItemBuffer& items);

    std::map<std::string, Track> tracks_; // by parent; that of the main thread by the empty text
    std::optional<orchestration::Usage> finished_;
    std::optional<std::string> stop_reason_;
};

} // namespace evenfold::providers
