/// The report of `ingest` about a recorded stream, for people or as JSON, and the exit code that follows from it.
/// Errors: they are part of the report, since everything that could be read is recorded by then.
#pragma once

#include <cstdint>
#include <string>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/cli/recording/recording_summary.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::cli {

struct IngestReport {
    std::string input; // the name of the input
    std::uint64_t bytes = 0;
    RecordingSummary recorded;
    providers::SkipCounts skipped;
    providers::KindCounts unmapped;
    std::string read_error; // empty if the input was read to its end
};

enum class IngestReportForm : std::uint8_t { none, words, json };

/// Prints the report, and then the most serious error, if there is one. Returns the exit code.
ExitCode report_ingest(const IngestReport& report, IngestReportForm form);

} // namespace evenfold::cli
