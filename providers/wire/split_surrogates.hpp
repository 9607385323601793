/// Joins surrogate pairs that a provider split between two deltas: `\ud83d` ends one text, `\ude00` begins the next.
/// Providers do so because JavaScript cuts text by UTF-16 units. JsonReader replaces a surrogate that stays alone.
#pragma once

#include <functional>
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

/// Holds a line that ends inside a surrogate pair until the next line.
class SurrogateJoiner {
public:
    using PendingLineCallback = std::function<void(const PendingLine& line)>;

    /// Calls `callback` for the line that waited, if there is one. Returns the text that can be read now, valid until
    /// the next call; nothing if this line must wait.
    [[nodiscard]] std::optional<std::string_view>
    feed(std::string_view text, std::string_view name, SourcePosition position, const PendingLineCallback& callback);

    /// Returns whether a line waits. If none does, an undamaged line need not be fed, since half of a pair is damage.
    [[nodiscard]] bool is_waiting() const { return pending_.has_value(); }

    /// Calls `callback` for the line that waits, if there is one.
    void flush(const PendingLineCallback& callback);

private:
    std::optional<PendingLine> pending_;
    std::string joined_;
};

} // namespace evenfold::providers
