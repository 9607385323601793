/// `ExportReader`: the rows of an export, as a `ChainSource`, so that `chain::verify` works on a file that was written
/// elsewhere (docs/export.md).
/// Shapes: `start` reads the whole file once: it keeps the keys and removals, and computes the digest. Every kind of
/// row is then read with a position of its own. The file must not change meanwhile.
/// A part of a journal (part_writer.hpp) is read for `chain::verify_part`.
/// Memory: a few lines, the keys and the removals; 16 bytes per event beyond 65,536 streams (`find`).
/// Errors: an event's line that cannot be read is a row that is `unreadable`. A Failure of kind damaged, with the file
/// and the line, for any other. Wrong counts and a wrong digest are reported by `finish`, because a verification before
/// it names the changed place if it can.
///
///     journal::exchange::ExportReader source("journal.ndjson");
///     const auto report = journal::chain::verify(source, trust);
///     if (!report) return report.error().what; // such as "journal.ndjson:7: the line is of no known kind"
///     assert(report->ok());
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/exchange/event_index.hpp"
#include "evenfold/journal/exchange/export_end.hpp"
#include "evenfold/journal/exchange/export_lines.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"
#include "evenfold/journal/exchange/line_file.hpp"

namespace evenfold::journal::exchange {

struct ExportReaderOptions {
    std::size_t line_bytes_max = default_line_bytes_max; // a file that states longer lines is refused
    std::size_t index_bytes_max = std::size_t{1} << 30U; // of the index that `find` builds
    EndReader read_end;                                  // empty: a signature of the end is not checked
    bool accepts_parts = false;                          // else only the export of a whole journal can be read
};

class ExportReader final : public chain::ChainSource {
public:
    explicit ExportReader(std::filesystem::path file, ExportReaderOptions options = {});

    [[nodiscard]] std::expected<chain::ChainStart, system::Failure> start() override;
    [[nodiscard]] std::expected<bool, system::Failure> next_event(chain::EventRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_receipt(chain::ReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_empty_receipt(chain::EmptyReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_head(chain::HeadRow& row) override;
    [[nodiscard]] std::expected<std::optional<chain::LinkPosition>, system::Failure>
    find(std::string_view stream, StreamVersion version) override;
    [[nodiscard]] std::expected<std::optional<chain::HeadRow>, system::Failure> newest_head() override { return head_; }
    [[nodiscard]] std::expected<bool, system::Failure> next_proven(chain::ProvenEventRow& row) override;
    [[nodiscard]] std::expected<void, system::Failure> finish() override {
        if (mismatch_) return std::unexpected(*mismatch_);
        return {};
    }

    /// Returns the part of the journal that the file has, after `start`; nothing if it has the whole journal.
    [[nodiscard]] std::optional<chain::JournalPart> part() const {
        if (!header_.is_part) return std::nullopt;
        return chain::JournalPart{.stream = header_.stream, .first = header_.first, .last = header_.last};
    }

    /// Return the first and the last line, after `start`.
    [[nodiscard]] const HeaderLine& header() const { return header_; }
    [[nodiscard]] const EndLine& end() const { return end_; }

private:
    /// Counts of the first reading.
    struct Seen {
        std::uint64_t lines = 0;
        std::uint64_t events = 0;
        Sequence greatest = 0;
        Sha256 digest;
    };

    [[nodiscard]] std::expected<LineFile, system::Failure> open() const;
    [[nodiscard]] system::Failure damaged(std::uint64_t line, const std::string& what) const;
    [[nodiscard]] std::expected<void, system::Failure> read_header(LineFile& lines);
    [[nodiscard]] std::expected<void, system::Failure> check_range() const;
    [[nodiscard]] std::expected<bool, system::Failure> read_event();
    [[nodiscard]] std::expected<void, system::Failure>
    see_line(const LineFile& lines, std::string_view line, Seen& seen);
    [[nodiscard]] std::expected<void, system::Failure> read_lines(LineFile& lines, Seen& seen);
    [[nodiscard]] std::expected<void, system::Failure> read_end(LineFile& lines, std::string_view line);
    [[nodiscard]] std::expected<void, system::Failure> open_positions();
    void compare_end(Seen& seen);
    template <class Wanted>
    [[nodiscard]] std::expected<bool, system::Failure>
    next_line(std::optional<LineFile>& lines, std::string_view& line, const Wanted& is_wanted) const;
    template <class Row>
    [[nodiscard]] std::expected<bool, system::Failure>
    next_row(std::optional<LineFile>& lines, LineKind wanted, Row& row) const;
    template <class Row>
    [[nodiscard]] std::expected<void, system::Failure>
    parse(const LineFile& lines, std::string_view line, Row& row) const;
    [[nodiscard]] std::expected<void, system::Failure> build_index();

    std::filesystem::path file_;
    ExportReaderOptions options_;
    HeaderLine header_;
    EndLine end_;
    chain::ChainStart start_;
    std::optional<chain::HeadRow> head_;      // of a part
    std::optional<system::Failure> mismatch_; // reported by `finish`
    std::optional<LineFile> events_;
    std::optional<LineFile> receipts_;
    std::optional<LineFile> links_;
    std::optional<LineFile> heads_;
    std::optional<LineFile> found_;
    Sequence receipt_event_ = 0; // the greatest event that `next_receipt` has passed
    std::optional<EventIndex> index_;
    EventLine event_;
};

} // namespace evenfold::journal::exchange
