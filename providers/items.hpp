/// The items that a fold has made since it was last asked, and the count of what it passed over.
/// Offsets are in bytes from 0, lines from 1. Pieces that cannot be read leave a warning in the stream, at their place;
/// of very many in one turn the first ones do, and one warning at the end counts the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Where in the input a piece began.
struct Place {
    std::uint64_t line = 1;
    std::uint64_t offset = 0;
};

inline constexpr std::size_t warnings_max = 100; // of unreadable and repaired pieces, in one turn

class Items {
public:
    /// `item` comes next.
    void add(Item item);

    /// A turn was ended by the stream's error instead of the end that its format has.
    void broke_off();

    /// An event or block of a kind that is not known was left out.
    void pass_over();

    /// The piece at `place` could not be read because of `why`: it is counted, and a warning comes next.
    void unreadable(Place place, std::string_view why);

    /// The piece at `place` could be read only after damaged characters were replaced: a warning comes next.
    void repaired(Place place);

    /// The items added since the last take, beginning with the one after the first `count`.
    [[nodiscard]] std::span<const Item> after(std::size_t count) const;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] const Passed& passed() const;

    /// The stream is over: what was only counted so far is told.
    void finish();

    /// All items since the last take, leaving none.
    [[nodiscard]] std::vector<Item> take();

private:
    void warn(std::string text);

    std::vector<Item> items_;
    Passed passed_;
    std::size_t warnings_ = 0; // since the last end of a turn
    std::size_t untold_ = 0;   // and so many more
};

} // namespace evenfold::providers
