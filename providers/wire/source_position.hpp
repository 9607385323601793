/// The position in a stream at which a line or an event begins.
/// `line` counts from 1 and `offset` from 0, in bytes. Both refer to the whole input, independent of its chunking.
#pragma once

#include <cstdint>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::providers {

struct SourcePosition {
    std::uint64_t line = 1;
    std::uint64_t offset = 0;
};

} // namespace evenfold::providers
