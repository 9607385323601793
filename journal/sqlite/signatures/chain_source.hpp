/// The rows of a journal file for a verification (chain/source.hpp).
/// Shapes: a file of format 1 has the same rows without signatures. One read transaction lasts as long as the source,
/// so that all rows are of one state; meanwhile appends go on, and the log keeps growing.
/// Errors: Failures of SQLite; `busy` if a file that was opened without locks is changed meanwhile.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// Return the rows that JournalSignatures reads. Fail if the journal at `file` is not signed.
[[nodiscard]] std::expected<std::unique_ptr<JournalTree>, Failure> open_tree(const std::filesystem::path& file);
[[nodiscard]] std::expected<std::optional<chain::HeadRow>, Failure> newest_head(const std::filesystem::path& file);
[[nodiscard]] std::expected<std::vector<Anchoring>, Failure> read_anchorings(const std::filesystem::path& file);

/// Opens the rows of the journal at `file`. Fails if its tables are not those of a format.
[[nodiscard]] std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite
