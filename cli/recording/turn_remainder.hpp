/// The part of a recorded turn that a stream has not repeated yet. Events of the stream that the turn contains are
/// reduced to the part that is new.
/// Identity: the message id for text, the call id for calls and results; notices and texts without a message are
/// compared by content.
/// Cost: one pass over the turn.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "evenfold/core/commands/orchestration/provider_event.hpp"
#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

/// The content of one turn that the stream has not repeated yet.
class TurnRemainder {
public:
    TurnRemainder(const orchestration::Model& model, const orchestration::Turn& turn);

    /// Removes the part of `event` that the turn contains. Returns whether nothing is left of it. The whole input of a
    /// call whose input was cut off becomes a notice, because the call has been made. `model` contains the turn.
    bool subtract(const orchestration::Model& model, orchestration::ProviderEvent& event);

    [[nodiscard]] const orchestration::TurnId& id() const { return id_; }

private:
    struct RecordedContent {
        std::uint64_t text_bytes = 0;
        std::uint64_t thinking_bytes = 0;
        std::uint64_t signatures = 0;
        bool discarded = false;
    };

    struct RecordedCall {
        bool has_result = false;
        std::string cut_input; // if the recording ended inside the input
    };

    bool complete_call(orchestration::ProviderEvent& event);
    bool on(orchestration::provider::MessageStarted& event);
    bool on(orchestration::provider::TextDelta& event);
    bool on(orchestration::provider::ThinkingDelta& event);
    bool on(orchestration::provider::Notice& event);
    bool on(orchestration::provider::ToolResult& event);
    template <class Other>
    bool on(Other& event);

    bool has_notices_of(const orchestration::Model& model, const orchestration::ProviderEvent& event);
    RecordedContent* current(const std::optional<std::string>& parent);

    orchestration::TurnId id_;
    std::map<std::string, RecordedContent> messages_;                   // by id; empty for text of no message
    std::map<std::optional<std::string>, std::string> current_message_; // by parent
    std::map<std::string, RecordedCall> calls_;                         // by id
    std::set<orchestration::RequestId> requests_;
    std::multiset<std::string> notices_;
};

} // namespace evenfold::cli
