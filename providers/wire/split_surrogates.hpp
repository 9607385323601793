/// A character whose surrogate pair a provider cut between two deltas: `\ud83d` ends one text, `\ude00` begins another.
/// Shape: JSON text of lines in, moved between two of them. A half that stays alone is replaced by read_document.
/// Source: programs that cut text by UTF-16 units, as JavaScript does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

/// A line that waits for the next one.
struct PendingLine {
    std::string name; // of its event, in an event stream
    std::string text;
    SourcePosition position;
};

/// Returns whether the delta in the event `text`, or in the event that is its member `event`, ends inside a pair.
[[nodiscard]] bool ends_in_pair(std::string_view text);

/// Moves the half at the end of `first` to `second`, if the delta in `second` begins with the other half.
void join_pair(std::string& first, std::string& second);

} // namespace evenfold::providers
