/// Joins surrogate pairs that a provider split between two deltas: `\ud83d` ends one text, `\ude00` begins the next.
/// Providers do so because JavaScript cuts text by UTF-16 units. read_document replaces a surrogate that stays alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

/// A line that must wait for the next one, because it ends inside a surrogate pair.
struct PendingLine {
    std::string name; // of the event, in an event stream
    std::string text;
    SourcePosition position;
};

/// Returns whether the delta in `text`, or in its member `event`, ends inside a surrogate pair.
[[nodiscard]] bool ends_in_surrogate_pair(std::string_view text);

/// Moves the high surrogate at the end of `first` to `second`, if the delta in `second` begins with the low one.
void join_surrogate_pair(std::string& first, std::string& second);

} // namespace evenfold::providers
