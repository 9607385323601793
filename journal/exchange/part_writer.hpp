/// Writes a part of a signed journal as an export that proves itself: the events of one stream, or a range, each with a
/// proof of inclusion in the newest signed head (docs/export.md).
/// Shapes: as export_writer.hpp. Each proof reads O(log n) hashes of the tree. A stream costs O(its events), if the
/// source can read one; a range of all streams is read from the beginning of the journal.
/// Errors: those of `write_export`; kind not_found if no signed head has such events.
///
///     using namespace journal::exchange;
///     const auto written = write_part(source, tree, {.stream = "plan-7", .first = 1, .last = 400}, sink);
///     if (!written) return written.error().what; // such as "no signed head has events from 81235 on; the newest ..."
///     assert(written->events <= 400);
#pragma once

#include <expected>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"

namespace evenfold::journal::exchange {

/// Writes the events of `part` up to the newest head of `source`, which must not have been read before. `tree` must be
/// that of the same journal, opened at the same time or later.
[[nodiscard]] std::expected<ExportSummary, system::Failure>
write_part(chain::ChainSource& source, chain::TreeHashes& tree, const chain::JournalPart& part, const ExportSink& sink,
           const ExportOptions& options = {});

} // namespace evenfold::journal::exchange
