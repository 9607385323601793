/// The lines of an export on their way to a sink: counted, hashed, and passed on in pieces.
/// Shapes: rows in, bytes out; at most 64 KiB and one line are kept.
/// Errors: those of the sink and of the signer; kind too_large for a line beyond the bound.
#pragma once

#include <expected>
#include <string>

#include "evenfold/journal/exchange/export_lines.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"

namespace evenfold::journal::exchange {

using Written = std::expected<void, system::Failure>;

class LineOutput {
public:
    /// Both must outlive it.
    LineOutput(const ExportSink& sink, const ExportOptions& options) : sink_(&sink), options_(&options) {}

    /// Writes the line of a row: the arguments of `append_line`.
    template <class... Row>
    [[nodiscard]] Written write(const Row&... row) {
        const std::size_t from = text_.size();
        append_line(text_, row...);
        return end_line(from);
    }
    /// Writes the line of an event, which counts as one.
    template <class... Row>
    [[nodiscard]] Written write_event(const Row&... row) {
        ++summary_.events;
        return write(row...);
    }
    /// Writes the header, the keys and the removals.
    [[nodiscard]] Written write_start(HeaderLine header, const chain::ChainStart& start);
    /// Writes the last line.
    [[nodiscard]] Written write_end(const std::string& origin);

    [[nodiscard]] const ExportSummary& summary() const { return summary_; }

private:
    [[nodiscard]] Written end_line(std::size_t from);
    [[nodiscard]] Written flush();

    const ExportSink* sink_;
    const ExportOptions* options_;
    std::string text_; // not passed on so far
    Sha256 digest_;
    ExportSummary summary_;
};

/// Returns the failure that a row of the journal cannot be read or written.
[[nodiscard]] system::Failure damaged_row(std::string what);

} // namespace evenfold::journal::exchange
