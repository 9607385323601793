/// The messages of one Claude Code turn, per speaker: the main thread, and each subagent.
/// A message comes as stream events, as snapshots of its blocks, or as both. StreamedMessage adds each part once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// The name of the model in messages that the agent makes itself, such as reports of errors.
inline constexpr std::string_view synthetic_model = "<synthetic>";

/// The line that a message or a part of it comes from.
struct MessageSource {
    std::optional<std::string> parent; // the call of the subagent that sends it, if any
    std::string_view session;
    JsonValue line; // has the id that takes the place of a missing one, and the time
};

class SpeakerTracks {
public:
    /// Adds an event of the Messages API to the track of its speaker.
    void on_event(const MessageSource& source, JsonValue event, ItemBuffer& items);

    /// Adds the blocks of an `assistant` line to their message.
    void on_snapshot(const MessageSource& source, JsonValue message, ItemBuffer& items);

    /// Adds the tool calls whose input is incomplete, because the stream was truncated.
    void on_truncation(ItemBuffer& items);

    /// Discards all messages, because the turn has ended.
    void clear();

    /// Returns the open message of the main thread, or null.
    [[nodiscard]] const StreamedMessage* streaming() const;

    /// Returns the token counts of the main thread's messages so far, each message once.
    [[nodiscard]] std::optional<orchestration::Usage> usage() const;

    /// Returns the last stop reason of the main thread.
    [[nodiscard]] const std::optional<std::string>& stop_reason() const;

private:
    struct Track {
        std::map<std::string, StreamedMessage> messages; // by id; empty if not yet known
        StreamedMessage* current = nullptr;
        std::optional<orchestration::Usage> erased_usage; // of messages that are no longer in `messages`
    };

    Track& track_of(const MessageSource& source);
    static StreamedMessage&
    find_or_add_message(Track& track, const std::string& id, const std::optional<std::string>& parent);
    static StreamedMessage& begin_message(Track& track, const MessageSource& source, const std::string& id,
                                          JsonValue message, ItemBuffer& items);
    static void add_start(const MessageSource& source, const std::string& id, JsonValue message, ItemBuffer& items);
    static void erase_unnamed(Track& track);
    static void discard_current(Track& track, ItemBuffer& items);
    void on_message_start(Track& track, const MessageSource& source, JsonValue event, ItemBuffer& items);
    void on_message_stop(Track& track, bool is_main, ItemBuffer& items);

    std::map<std::string, Track, std::less<>> tracks_; // by parent; empty for the main thread
    std::optional<std::string> stop_reason_;
};

} // namespace evenfold::providers
