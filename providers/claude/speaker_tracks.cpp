#include "evenfold/providers/claude/speaker_tracks.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::Usage;
using orchestration::provider::MessageDiscarded;
using orchestration::provider::MessageStarted;
using orchestration::provider::Notice;
using orchestration::provider::ProviderError;
using orchestration::provider::UsageReport;

void SpeakerTracks::on_event(const MessageSource& source, JsonValue event, ItemBuffer& items) {
    const std::string_view type = text_at(event, "type");
    if (type == "ping") return;
    Track& track = track_of(source);
    // Fast path: nearly every event is a delta.
    if (type == "content_block_delta" && track.current) return track.current->on_block_delta(event, items);
    if (type == "message_start") return on_message_start(track, source, event, items);
    if (type == "error") {
        // Not fatal, because Claude Code retries. Its result line reports the final outcome.
        const JsonValue error = member_at(event, "error");
        return items.add(ProviderError{.code = nonempty_at(error, "type").value_or("error"),
                                       .message = std::string(text_at(error, "message")),
                                       .fatal = false});
    }
    const bool begins = type == "content_block_start" || type == "content_block_delta";
    if (!track.current && begins) track.current = &find_or_add_message(track, "", source.parent);
    const bool ends = type == "content_block_stop" || type == "message_delta" || type == "message_stop";
    if (!begins && !ends) return items.keep_unknown(fmt::format("event {}", type), event.spelling());
    if (!track.current) return;
    if (type == "content_block_start") return track.current->on_block_start(event, items);
    if (type == "content_block_delta") return track.current->on_block_delta(event, items);
    if (type == "content_block_stop") return track.current->on_block_stop(event, items);
    if (type == "message_delta") return track.current->on_message_delta(event);
    on_message_stop(track, !source.parent, items);
}

void SpeakerTracks::on_message_start(Track& track, const MessageSource& source, JsonValue event, ItemBuffer& items) {
    const std::string id(text_at(member_at(event, "message"), "id"));
    if (track.current && !id.empty() && track.current->id() == id) return;
    discard_current(track, items);
    erase_unnamed(track);
    track.current = &begin_message(track, source, id, member_at(event, "message"), items);
    track.current->on_start(event, items);
}

/// Takes back the message that is still open, because the agent has requested another one in its place.
void SpeakerTracks::discard_current(Track& track, ItemBuffer& items) {
    if (!track.current) return;
    items.add(Notice{.level = NoticeLevel::warning,
                     .text = fmt::format("the response stopped inside {} and was started again",
                                         track.current->describe_unfinished())});
    if (!track.current->id().empty()) items.add(MessageDiscarded{.message_id = track.current->id()});
    track.current = nullptr;
}

/// Removes the message without an id, because another one without an id may follow. Its usage still counts.
void SpeakerTracks::erase_unnamed(Track& track) {
    const auto unnamed = track.messages.find("");
    if (unnamed == track.messages.end()) return;
    add_tokens(track.erased_usage, unnamed->second.usage());
    track.messages.erase(unnamed);
}

/// Returns the message with that id, and adds its start if it is new.
StreamedMessage& SpeakerTracks::begin_message(Track& track, const MessageSource& source, const std::string& id,
                                              JsonValue message, ItemBuffer& items) {
    if (!id.empty() && !track.messages.contains(id)) add_start(source, id, message, items);
    return find_or_add_message(track, id, source.parent);
}

void SpeakerTracks::add_start(const MessageSource& source, const std::string& id, JsonValue message,
                              ItemBuffer& items) {
    items.add(MessageStarted{.message_id = id,
                             .agent = "claude",
                             .session = std::string(source.session),
                             .model = nonempty_at(message, "model"),
                             .sent_at = nonempty_at(source.line, "timestamp"),
                             .parent = source.parent});
}

void SpeakerTracks::on_message_stop(Track& track, bool is_main, ItemBuffer& items) {
    const StreamedMessage& done = *track.current;
    track.current->on_stop(items);
    track.current = nullptr;
    if (!is_main) return;
    if (done.stop_reason()) stop_reason_ = done.stop_reason();
    // At the end of a turn, the result line reports the usage.
    const auto so_far = usage();
    if (done.pauses_turn() && so_far) items.add(UsageReport{.usage = *so_far});
}

void SpeakerTracks::on_snapshot(const MessageSource& source, JsonValue message, ItemBuffer& items) {
    const JsonValue content = member_at(message, "content");
    if (auto reason = nonempty_at(message, "stop_reason"); reason && !source.parent) stop_reason_ = std::move(reason);
    Track& track = track_of(source);
    const bool is_nameless = track.current && track.current->id().empty();
    std::string id(text_at(message, "id"));
    if (id.empty() && !is_nameless) id = text_at(source.line, "uuid");
    if (id.empty() && !is_nameless) {
        StreamedMessage only("", source.parent);
        only.add_usage(member_at(message, "usage"));
        add_tokens(track.erased_usage, only.usage());
        return only.add_snapshot(content, items);
    }
    const bool is_made_up = text_at(message, "model") == synthetic_model;
    const bool is_other = track.current && !is_nameless && !is_made_up && !id.empty() && track.current->id() != id;
    // The agent has requested the answer again without streaming, and has not streamed the rest of the first one.
    if (is_other && !track.messages.contains(id)) discard_current(track, items);
    if (is_nameless && !id.empty() && !track.messages.contains(id)) {
        // The start of this message was lost, so that its id is known only now.
        add_start(source, id, message, items);
        auto node = track.messages.extract("");
        node.key() = id;
        node.mapped().set_id(id);
        track.messages.insert(std::move(node));
    }
    StreamedMessage& whole = begin_message(track, source, id, message, items);
    if (!whole.has_stopped()) whole.add_usage(member_at(message, "usage"));
    whole.add_snapshot(content, items);
}

SpeakerTracks::Track& SpeakerTracks::track_of(const MessageSource& source) {
    const std::string_view parent = source.parent ? std::string_view(*source.parent) : std::string_view();
    const auto known = tracks_.find(parent);
    return known == tracks_.end() ? tracks_[std::string(parent)] : known->second;
}

StreamedMessage&
SpeakerTracks::find_or_add_message(Track& track, const std::string& id, const std::optional<std::string>& parent) {
    return track.messages.try_emplace(id, id, parent).first->second;
}

void SpeakerTracks::on_truncation(ItemBuffer& items) {
    for (auto& [parent, track] : tracks_) {
        if (track.current) track.current->on_truncation(items);
    }
}

void SpeakerTracks::clear() {
    tracks_.clear();
    stop_reason_.reset();
}

const StreamedMessage* SpeakerTracks::streaming() const {
    const auto main = tracks_.find("");
    return main == tracks_.end() ? nullptr : main->second.current;
}

std::optional<Usage> SpeakerTracks::usage() const {
    std::optional<Usage> sum;
    const auto main = tracks_.find("");
    if (main == tracks_.end()) return sum;
    add_tokens(sum, main->second.erased_usage);
    for (const auto& [id, message] : main->second.messages) add_tokens(sum, message.usage());
    return sum;
}

const std::optional<std::string>& SpeakerTracks::stop_reason() const {
    return stop_reason_;
}

} // namespace evenfold::providers
