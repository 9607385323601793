/// The rows of a journal for a verification (chain/source.hpp), and those that JournalSignatures reads.
/// Shapes: one snapshot (REPEATABLE READ, READ ONLY) lasts as long as the source, so that all rows are of one state.
/// Appends go on meanwhile. Pages of about 1 MiB are in memory, whatever the journal has.
/// Errors: Failures of the server; damage, if the table head contradicts rows that are proven.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal::postgres {

/// Opens the rows. The tables need not be those of the format, as long as the columns can be read.
[[nodiscard]] std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain(const JournalAddress& address);

[[nodiscard]] std::expected<std::unique_ptr<JournalTree>, Failure> open_tree(const JournalAddress& address);

/// Return the rows of a signed journal; fail as `invalid` if it is not.
[[nodiscard]] std::expected<std::optional<chain::HeadRow>, Failure> newest_head_of(ServerConnection& connection);
[[nodiscard]] std::expected<std::vector<Anchoring>, Failure> read_anchorings(ServerConnection& connection);

} // namespace evenfold::journal::postgres
