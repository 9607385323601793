/// Exports of journals in memory, as texts and as files.
/// Shapes: a text per journal; a scratch file per text, which is deleted with its reader.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"
#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::exchange {

using namespace journal::exchange;
using chain::HistoryWriter;
using chain::StoredJournal;
using journal::chain::ChainReport;
using journal::chain::ChainTrust;

/// Returns the export of all rows of `source`.
[[nodiscard]] std::string text_of(journal::chain::ChainSource& source, const ExportOptions& options = {});
[[nodiscard]] std::string text_of(const StoredJournal& stored, bool as_lines = false);

/// Returns the export of a part of the journal, proven by its newest head.
[[nodiscard]] std::string part_text(const StoredJournal& stored, const std::vector<journal::chain::Hash>& leaves,
                                    const journal::chain::JournalPart& part, const ExportOptions& options = {});

/// Returns a history with events before signing began, receipts without events, several keys, heads and a removal.
[[nodiscard]] HistoryWriter eventful_history(std::uint64_t seed, std::size_t commands = 12);

/// Returns `text` with the right number of lines and digest in its last line, as its author would have it.
[[nodiscard]] std::string with_end(const std::string& text);

/// Returns the export of damaged rows, in which the line of each unreadable event has a wrong beginning. A receipt of
/// another command than its link becomes one without a link, as it would be in tables.
[[nodiscard]] std::string damaged_text(const HistoryWriter& history, bool as_lines);

/// A text in a file.
class ExportFile {
public:
    explicit ExportFile(std::string_view text);
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "journal.ndjson"; }

private:
    journal::ScratchFolder folder_{journal::memory_storage()};
};

/// Returns the report of a verification of the file: of the whole journal, or of the part that it has.
[[nodiscard]] std::expected<ChainReport, system::Failure>
verified_file(const std::filesystem::path& file, const ChainTrust& trust, ExportReaderOptions options = {});

/// Returns the report of a verification of the text.
[[nodiscard]] std::expected<ChainReport, system::Failure>
verified(std::string_view text, const ChainTrust& trust, const ExportReaderOptions& options = {});

/// Returns the reason for which the text cannot be read, with the file's name shortened to "F"; the report's JSON if it
/// can.
[[nodiscard]] std::string error_of(std::string_view text, const ExportReaderOptions& options = {});

} // namespace evenfold::tests::exchange
