/// The messages of one Claude Code turn: those of the main thread, and beside them those of each subagent.
/// A message comes as stream events, as snapshots of its blocks, or as both; Message sees to it that each is told once.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/providers/anthropic_message.hpp"
#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

class ClaudeLanes {
public:
    /// An event of the Messages API on the lane of `parent`; `text` is the event's JSON text.
    void on_event(const std::optional<std::string>& parent, const nlohmann::json& event, std::string_view text,
                  Items& items);

    /// An `assistant` line: blocks of a message. `text` is the JSON text of `message`.
    void on_snapshot(const std::optional<std::string>& parent, const nlohmann::json& message, std::string_view text,
                     Items& items);

    /// Tool calls whose input is still coming are told with what there is.
    void on_cut(Items& items);

    /// The turn is over: all its messages are forgotten.
    void clear();

    /// The message of the main thread that is streaming, if one is.
    [[nodiscard]] const Message* streaming() const;

    /// Tokens of the messages of the main thread that streamed so far.
    [[nodiscard]] std::optional<orchestration::Usage> usage() const;

    /// The last stop reason that the main thread told.
    [[nodiscard]] const std::optional<std::string>& stop_reason() const;

private:
    struct Lane {
        std::map<std::string, Message> messages; // by id; without one yet: by the empty id
        Message* current = nullptr;
    };

    static Message& message_named(Lane& lane, const std::string& id, const std::optional<std::string>& parent);
    static void on_message_start(Lane& lane, const std::optional<std::string>& parent, const nlohmann::json& event,
                                 std::string_view text, Items& items);
    void on_message_stop(Lane& lane, bool is_main, Items& items);

    std::map<std::string, Lane> lanes_; // by parent; the main thread by the empty one
    std::optional<orchestration::Usage> finished_;
    std::optional<std::string> stop_reason_;
};

} // namespace evenfold::providers
