/// The messages of one Claude Code turn, per speaker: the main thread, and each subagent.
/// A message comes as stream events, as snapshots of its blocks, or as both. StreamedMessage adds each part once.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/providers/anthropic/message.hpp"
#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

/// The name of the model in messages that the agent makes itself, such as reports of errors.
inline constexpr std::string_view synthetic_model = "<synthetic>";

/// The identity of the message of a line, besides its id. `line_id` takes the place of a missing id.
struct MessageSource {
    std::string session;
    std::string line_id;
    std::optional<std::string> sent_at;
};

class SpeakerTracks {
public:
    /// Sets the source of the messages that begin from now on.
    void set_source(MessageSource source) { source_ = std::move(source); }

    /// Adds an event of the Messages API to the track of `parent`. `text` is the JSON text of `event`.
    void on_event(const std::optional<std::string>& parent, const nlohmann::json& event, std::string_view text,
                  ItemBuffer& items);

    /// Adds the blocks of an `assistant` line to their message. `text` is the JSON text of `message`.
    void on_snapshot(const std::optional<std::string>& parent, const nlohmann::json& message, std::string_view text,
                     ItemBuffer& items);

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

    static StreamedMessage&
    find_or_add_message(Track& track, const std::string& id, const std::optional<std::string>& parent);
    StreamedMessage& begin_message(Track& track, const std::optional<std::string>& parent, const std::string& id,
                                   const nlohmann::json& message, ItemBuffer& items);
    void add_start(const std::string& id, const std::optional<std::string>& parent, const nlohmann::json& message,
                   ItemBuffer& items) const;
    static void erase_unnamed(Track& track);
    static void discard_current(Track& track, ItemBuffer& items);
    void on_message_start(Track& track, const std::optional<std::string>& parent, const nlohmann::json& event,
                          std::string_view text, ItemBuffer& items);
    void on_message_stop(Track& track, bool is_main, ItemBuffer& items);

    std::map<std::string, Track> tracks_; // by parent; empty for the main thread
    std::optional<std::string> stop_reason_;
    MessageSource source_;
};

} // namespace evenfold::providers
