/// The role of a provider event in a recording: whether it begins, pauses or ends a turn, and whether deltas can be
/// joined. Pure functions.
#pragma once

#include <cstddef>
#include <string>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::cli {

/// Returns the pause, if the turn waits for its next message; otherwise null.
[[nodiscard]] const orchestration::provider::TurnComplete* pause_in(const orchestration::ProviderEvent& event);

[[nodiscard]] bool ends_turn(const orchestration::ProviderEvent& event);

/// Returns whether the event begins a turn: output or a tool call of the main thread, or the end or a pause of a turn.
[[nodiscard]] bool begins_turn(const orchestration::ProviderEvent& event);

/// Makes the code of an error without a message its message. Otherwise the printed text would end in a colon.
void complete_message(orchestration::ProviderEvent& event);

/// Returns the text of a delta to which more can be appended, or null. A signature ends its thought.
[[nodiscard]] InlineText* extensible_text(orchestration::ProviderEvent& event);

/// Appends the text of `more` to `before` if both are deltas of one kind from one speaker, and they fit.
bool append(orchestration::ProviderEvent& before, orchestration::ProviderEvent& more, std::size_t bytes_max);

} // namespace evenfold::cli
