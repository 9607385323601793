/// Imports the rows of another copy of a journal: all of them into an empty journal, or those that follow its head.
/// Shapes: a `ChainSource`, which the caller has verified, and a `ChainSink`. The events, keys and removals that both
/// have must be the same. Repeating an import changes nothing. If the journal has more events than the source, only the
/// common ones are compared.
/// Errors: FailureKind::inconsistent with the first row that differs; the failures of both. Nothing is stored then.
///
///     using namespace journal::exchange;
///     ExportReader verified("journal.ndjson");
///     const auto sink = opened.signatures()->open_sink(kernel::now());
///     if (!sink) return sink.error().what;
///     const std::expected<ImportSummary, system::Failure> done = import_rows(verified, **sink);
///     if (!done) return done.error().what;
///     assert(done->added == 2);
#pragma once

#include <cstdint>
#include <expected>

#include "evenfold/journal/chain/sink.hpp"
#include "evenfold/journal/chain/source.hpp"

namespace evenfold::journal::exchange {

struct ImportSummary {
    std::uint64_t added = 0;    // events
    std::uint64_t compared = 0; // events that the journal had already
};

/// `source` must not have been read before.
[[nodiscard]] std::expected<ImportSummary, system::Failure>
import_rows(chain::ChainSource& source, chain::ChainSink& sink);

} // namespace evenfold::journal::exchange
