#include "evenfold/journal/exchange/export_writer.hpp"

#include <string>
#include <utility>

#include "evenfold/journal/exchange/export_lines.hpp"

namespace evenfold::journal::exchange {
namespace {

using system::Failure;
using system::FailureKind;
using Written = std::expected<void, Failure>;

constexpr std::size_t chunk_bytes_max = 65'536;

/// The next row of one kind.
template <class Row>
struct NextRow {
    Row row;
    bool exists = false;
};

/// One export: merges the rows of the source by the events that they belong to.
class ExportText {
public:
    ExportText(chain::ChainSource& source, const ExportSink& sink, const ExportOptions& options)
        : source_(&source), sink_(&sink), options_(&options) {}

    Written write() {
        auto start = source_->start();
        if (!start) return std::unexpected(std::move(start.error()));
        if (Written done = write_start(*start); !done) return done;
        if (Written done = load_first(); !done) return done;
        for (;;) {
            auto exists = source_->next_event(event_);
            if (!exists) return std::unexpected(std::move(exists.error()));
            if (!*exists) break;
            if (Written done = write_event(); !done) return done;
        }
        if (Written done = write_rest(); !done) return done;
        return write_end(start->origin);
    }

    [[nodiscard]] const ExportSummary& summary() const { return summary_; }

private:
    Written load_first() {
        if (Written done = advance(receipt_, &chain::ChainSource::next_receipt); !done) return done;
        if (Written done = advance(link_, &chain::ChainSource::next_empty_receipt); !done) return done;
        return advance(head_, &chain::ChainSource::next_head);
    }

    template <class Row>
    Written advance(NextRow<Row>& next, std::expected<bool, Failure> (chain::ChainSource::*read)(Row&)) {
        auto exists = (source_->*read)(next.row);
        if (!exists) return std::unexpected(std::move(exists.error()));
        next.exists = *exists;
        return {};
    }

    /// Completes the line that was appended to the text, and passes the text on when it is long.
    Written end_line(std::size_t from) {
        const std::size_t size = text_.size() - from;
        if (size > options_->line_bytes_max)
            return std::unexpected(Failure{.kind = FailureKind::too_large,
                                           .what = "line " + std::to_string(summary_.lines + 1) +
                                                   " of the export would have " + std::to_string(size) + " bytes, of " +
                                                   std::to_string(options_->line_bytes_max) + " allowed",
                                           .remedy = "allow longer lines"});
        text_ += '\n';
        digest_.update(std::string_view(text_).substr(from));
        ++summary_.lines;
        return text_.size() < chunk_bytes_max ? Written() : flush();
    }

    template <class... Row>
    Written write_line(const Row&... row) {
        const std::size_t from = text_.size();
        append_line(text_, row...);
        return end_line(from);
    }

    Written flush() {
        Written written = (*sink_)(text_);
        text_.clear();
        return written;
    }

    Written write_start(const chain::ChainStart& start) {
        const HeaderLine header{.origin = start.origin,
                                .domain = start.domain,
                                .first = 1,
                                .last = start.head,
                                .keys = start.keys.size(),
                                .removals = start.removals.size(),
                                .line_bytes_max = options_->line_bytes_max};
        if (Written done = write_line(header); !done) return done;
        for (const chain::KeyRow& row : start.keys) {
            if (Written done = write_line(row); !done) return done;
        }
        for (const chain::RemovalRow& row : start.removals) {
            if (Written done = write_line(row); !done) return done;
        }
        return {};
    }

    Written write_receipt() {
        if (Written done = write_line(receipt_.row); !done) return done;
        return advance(receipt_, &chain::ChainSource::next_receipt);
    }
    Written write_head() {
        if (Written done = write_line(head_.row); !done) return done;
        return advance(head_, &chain::ChainSource::next_head);
    }
    Written write_link() {
        const chain::EmptyReceiptRow& row = link_.row;
        if (row.receipt && row.receipt->command != row.command)
            return std::unexpected(Failure{.kind = FailureKind::damaged,
                                           .what = "the receipt without events " + std::to_string(row.number) +
                                                   " is that of another command",
                                           .remedy = "verify the journal itself"});
        if (Written done = write_line(row); !done) return done;
        return advance(link_, &chain::ChainSource::next_empty_receipt);
    }

    [[nodiscard]] bool is_receipt_of_event() const {
        const chain::ReceiptRow& receipt = receipt_.row;
        return receipt_.exists && event_.index == 0 && receipt.count > 0 && receipt.first == event_.sequence &&
               receipt.command == event_.command;
    }

    /// Writes the event behind the other rows that precede it.
    Written write_event() {
        if (!event_.unreadable.empty())
            return std::unexpected(Failure{.kind = FailureKind::damaged,
                                           .what = "the event after " + std::to_string(summary_.events) +
                                                   " others cannot be read: " + event_.unreadable,
                                           .remedy = "verify the journal itself"});
        while (head_.exists && head_.row.size < event_.sequence) {
            if (Written done = write_head(); !done) return done;
        }
        while (link_.exists && (!link_.row.receipt || link_.row.receipt->first <= event_.sequence)) {
            if (Written done = write_link(); !done) return done;
        }
        while (receipt_.exists && receipt_.row.first <= event_.sequence && !is_receipt_of_event()) {
            if (Written done = write_receipt(); !done) return done;
        }
        ++summary_.events;
        const bool has_receipt = is_receipt_of_event();
        const std::size_t from = text_.size();
        append_line(text_, event_, has_receipt ? &receipt_.row : nullptr);
        if (Written done = end_line(from); !done) return done;
        return has_receipt ? advance(receipt_, &chain::ChainSource::next_receipt) : Written();
    }

    Written write_rest() {
        while (head_.exists) {
            if (Written done = write_head(); !done) return done;
        }
        while (link_.exists) {
            if (Written done = write_link(); !done) return done;
        }
        while (receipt_.exists) {
            if (Written done = write_receipt(); !done) return done;
        }
        return {};
    }

    Written write_end(const std::string& origin) {
        EndStatement statement{.origin = origin, .lines = summary_.lines, .digest = digest_.finish(), .distrust = {}};
        summary_.digest = statement.digest;
        EndLine end{.lines = statement.lines, .digest = std::string(chain::bytes_of(statement.digest)), .note = {}};
        if (options_->sign_end) {
            auto note = options_->sign_end(statement);
            if (!note) return std::unexpected(std::move(note.error()));
            end.note = std::move(*note);
        }
        append_line(text_, end);
        text_ += '\n';
        ++summary_.lines;
        return flush();
    }

    chain::ChainSource* source_;
    const ExportSink* sink_;
    const ExportOptions* options_;
    chain::EventRow event_;
    NextRow<chain::ReceiptRow> receipt_;
    NextRow<chain::EmptyReceiptRow> link_;
    NextRow<chain::HeadRow> head_;
    std::string text_; // not passed on so far
    Sha256 digest_;
    ExportSummary summary_;
};

} // namespace

std::expected<ExportSummary, Failure>
write_export(chain::ChainSource& source, const ExportSink& sink, const ExportOptions& options) {
    ExportText text(source, sink, options);
    if (Written written = text.write(); !written) return std::unexpected(std::move(written.error()));
    return text.summary();
}

} // namespace evenfold::journal::exchange
