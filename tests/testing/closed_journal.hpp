/// A journal that cannot be read, for tests of failures of the kit itself.
/// Shape: stores appended batches in memory.
#pragma once

#include "evenfold/journal/memory/memory_journal.hpp"

namespace evenfold::gates {

/// A journal that fails to open cursors, so that no kernel can be opened over it.
class Closed : public journal::MemoryJournal {
public:
    std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>
    open_cursor(const journal::ReadOptions&) override {
        return std::unexpected(
            journal::Failure{.kind = journal::FailureKind::input_output, .what = "closed", .remedy = {}});
    }
};

} // namespace evenfold::gates
