/// The items that a fold has made since the last `take`, and the counts of input that it skipped.
/// A piece that cannot be read leaves a warning in the stream, with its position. If a turn has very many, only the
/// first ones do, and one warning at the end counts the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/provider.hpp"
#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

inline constexpr std::size_t warnings_max = 100; // of unreadable and repaired pieces, in one turn

class ItemBuffer {
public:
    /// Appends `item`.
    void add(Item item);

    /// Counts a turn that an error of the stream ended instead of the format's own end of a turn.
    void broke_off();

    /// Counts an event or block that was left out because its kind is not known.
    void pass_over();

    /// Counts the piece at `position` as unreadable because of `why`, and adds a warning.
    void unreadable(SourcePosition position, std::string_view why);

    /// Counts the piece at `position` as readable only after damaged characters were replaced, and adds a warning.
    void repaired(SourcePosition position);

    /// Returns the items added since the last `take`, without the first `count`.
    [[nodiscard]] std::span<const Item> after(std::size_t count) const;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] const SkipCounts& skipped() const;

    /// Adds the warning that counts the others, because the turn or the stream is over.
    void finish();

    /// Returns all items since the last `take`, leaving none.
    [[nodiscard]] std::vector<Item> take();

private:
    void warn(std::string text);

    std::vector<Item> items_;
    SkipCounts skipped_;
    std::size_t warnings_ = 0; // since the last end of a turn
    std::size_t untold_ = 0;   // the further ones, which the last warning counts
};

} // namespace evenfold::providers
