/// A journal that fails to be read, for the tests of the kit's own failures.
/// Shape: stores what is appended, in memory.
#pragma once

#include "evenfold/journal/memory/memory_journal.hpp"

namespace evenfold::gates {

/// A journal that cannot be read, so that no kernel can be opened over it.
class Closed : public journal::MemoryJournal {
public:
    std::expected<std::unique_ptr<journal::Cursor>, journal::Failure> open_cursor(const journal::Reading&) override {
        return std::unexpected(
            journal::Failure{.kind = journal::FailureKind::input_output, .what = "closed", .remedy = {}});
    }
};

} // namespace evenfold::gates
