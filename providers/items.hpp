/// The items that a fold has made since it was last asked, and the count of what it passed over.
/// Offsets are in bytes from 0, lines from 1. Every unreadable piece leaves a warning in the stream, at its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

/// Where in the input a piece began.
struct Place {
    std::uint64_t line = 1;
    std::uint64_t offset = 0;
};

class Items {
public:
    /// `item` comes next.
    void add(Item item);

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

    /// All items since the last take, leaving none.
    [[nodiscard]] std::vector<Item> take();

private:
    std::vector<Item> items_;
    Passed passed_;
};

} // namespace evenfold::providers
