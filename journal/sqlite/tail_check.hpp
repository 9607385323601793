/// Whether the rows of a journal agree with each other: sequences, versions, and receipts.
/// Shapes: the rules of docs/journal-sqlite.md. Nothing is signed, so a change that keeps these rules is not detected.
#pragma once

#include <expected>

#include "evenfold/journal/sqlite/identity.hpp"

namespace evenfold::journal::sqlite {

/// Checks the last events: O(1). Events that were lost from the end are damage, because the next append would reuse
/// their sequences.
[[nodiscard]] std::expected<void, Failure> check_tail(const Database& database);

/// Checks every event and every receipt, and the pages of the file: O(n log n).
[[nodiscard]] std::expected<void, Failure> check_all_rows(const Database& database);

} // namespace evenfold::journal::sqlite
