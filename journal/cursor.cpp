#include "evenfold/journal/cursor.hpp"

#include <algorithm>

namespace evenfold::journal {

Extent extent_of(const ReadOptions& reading, std::uint64_t count) {
    if (reading.direction == Direction::backward) {
        const std::uint64_t next = std::min(reading.from.value_or(count), count);
        return {.next = next, .left = std::min(reading.at_most, next)};
    }
    const std::uint64_t next = std::max<std::uint64_t>(reading.from.value_or(1), 1);
    const std::uint64_t there = next > count ? 0 : count - next + 1;
    return {.next = next, .left = std::min(reading.at_most, there)};
}

} // namespace evenfold::journal
