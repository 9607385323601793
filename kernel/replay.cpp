#include "evenfold/kernel/replay.hpp"

#include <fmt/format.h>

namespace evenfold::kernel {

journal::Failure undecodable(Sequence sequence, const codec::DecodeError& error) {
    return {.kind = journal::FailureKind::damaged,
            .what = fmt::format("event {} cannot be read: {}", sequence, codec::to_text(error)),
            .remedy = "use the program and the build that wrote it, for it may be a later one or of another domain; "
                      "or restore the journal from a copy, if something else has changed it"};
}

} // namespace evenfold::kernel
