/// The position in a stream at which a piece of it began.
/// Shape: lines from 1, offsets in bytes from 0, both over the whole input, whatever its chunking.
#pragma once

#include <cstdint>

#include "evenfold/core/language.hpp"

namespace evenfold::providers {

struct SourcePosition {
    std::uint64_t line = 1;
    std::uint64_t offset = 0;
};

} // namespace evenfold::providers
