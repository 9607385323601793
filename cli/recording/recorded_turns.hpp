/// Finds the turns of a stream that its thread already contains, so that a recording that is read again, or again after
/// a kill, adds only what is missing.
/// Identity: agent, session and message id; turns without messages by their order and input.
/// Cost: one pass over the messages of the thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

/// The code of the error with which a parser ends a turn whose recording ends inside it.
inline constexpr std::string_view truncation_code = "stream_truncated";

/// The reason for which the recorder interrupts a turn whose recording ends inside it.
inline constexpr std::string_view end_of_stream = "the stream ended";

/// Returns whether the turn ended only because its recording did.
[[nodiscard]] bool is_cut_off(const orchestration::Turn& turn);

/// The turns of a thread, by the messages in them.
class RecordedTurns {
public:
    RecordedTurns() = default;
    RecordedTurns(const orchestration::Model& model, const orchestration::Thread& thread);

    [[nodiscard]] bool empty() const { return turns_.empty(); }

    /// Returns whether the thread contains a message of that session.
    [[nodiscard]] bool knows(const std::string& session) const { return costs_.contains(session); }

    /// Returns whether the thread contains a turn with this input and without messages, whose session is not known.
    [[nodiscard]] bool has_unanswered(const std::string& input) const { return unanswered_.contains(input); }

    /// Returns the turn that contains the message, or the turn without messages that follows `after` if `event` is no
    /// message.
    [[nodiscard]] std::optional<orchestration::TurnId>
    find(const orchestration::ProviderEvent& event, const std::optional<orchestration::TurnId>& after) const;

    /// Returns the turn that follows `turn` in the thread; the first turn if `turn` is none.
    [[nodiscard]] std::optional<orchestration::TurnId>
    next_after(const std::optional<orchestration::TurnId>& turn) const;

    /// Returns the last turn of the thread if its recording was cut off.
    [[nodiscard]] const std::optional<orchestration::TurnId>& cut_turn() const { return cut_turn_; }

    /// Returns the session of the last message in the turn; empty if there is none.
    [[nodiscard]] std::string session_of(const orchestration::TurnId& turn) const;

    /// Returns the last of the turns that continue `turn`, because its recording was cut off; or `turn` itself.
    [[nodiscard]] orchestration::TurnId last_part_of(const orchestration::TurnId& turn) const;

    /// Returns the cost of the session in millionths of a US dollar.
    [[nodiscard]] std::uint64_t cost_of(const std::string& session) const;

private:
    struct RecordedTurn {
        orchestration::TurnId id;
        bool has_messages = false;
        bool continues = false; // the turn before it
        std::string session;    // of the last message
    };

    std::vector<RecordedTurn> turns_;
    std::optional<orchestration::TurnId> cut_turn_;
    std::map<std::string, orchestration::TurnId> messages_; // by their identity
    std::map<std::string, std::uint64_t> costs_;            // by session
    std::set<std::string, std::less<>> unanswered_;         // inputs of turns without messages
};

/// The input of a turn whose prompt is not known.
inline constexpr std::string_view unknown_prompt = "(the prompt is not in the stream)";

/// The input of a turn that continues another one.
inline constexpr std::string_view continuation_input = "(the recording of the previous turn continues)";

/// Returns whether `text` is the input of the turn.
[[nodiscard]] bool
has_input(const orchestration::Model& model, const orchestration::TurnId& turn, std::string_view text);

} // namespace evenfold::cli
