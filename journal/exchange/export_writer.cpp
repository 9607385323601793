#include "evenfold/journal/exchange/export_writer.hpp"

#include <string>
#include <utility>

#include "evenfold/journal/exchange/export_lines.hpp"
#include "evenfold/journal/exchange/line_output.hpp"

namespace evenfold::journal::exchange {
namespace {

using system::Failure;

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
        : source_(&source), output_(sink, options) {}

    Written write() {
        auto start = source_->start();
        if (!start) return std::unexpected(std::move(start.error()));
        HeaderLine header;
        header.last = start->head;
        if (Written done = output_.write_start(std::move(header), *start); !done) return done;
        if (Written done = load_first(); !done) return done;
        for (;;) {
            auto exists = source_->next_event(event_);
            if (!exists) return std::unexpected(std::move(exists.error()));
            if (!*exists) break;
            if (Written done = write_event(); !done) return done;
        }
        if (Written done = write_rest(); !done) return done;
        return output_.write_end(start->origin);
    }

    [[nodiscard]] const ExportSummary& summary() const { return output_.summary(); }

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

    Written write_receipt() {
        if (Written done = output_.write(receipt_.row); !done) return done;
        return advance(receipt_, &chain::ChainSource::next_receipt);
    }
    Written write_head() {
        if (Written done = output_.write(head_.row); !done) return done;
        return advance(head_, &chain::ChainSource::next_head);
    }
    Written write_link() {
        const chain::EmptyReceiptRow& row = link_.row;
        if (row.receipt && row.receipt->command != row.command)
            return std::unexpected(damaged_row("the receipt without events " + std::to_string(row.number) +
                                               " is that of another command"));
        if (Written done = output_.write(row); !done) return done;
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
            return std::unexpected(damaged_row("the event after " + std::to_string(summary().events) +
                                               " others cannot be read: " + event_.unreadable));
        while (head_.exists && head_.row.size < event_.sequence) {
            if (Written done = write_head(); !done) return done;
        }
        while (link_.exists && (!link_.row.receipt || link_.row.receipt->first <= event_.sequence)) {
            if (Written done = write_link(); !done) return done;
        }
        while (receipt_.exists && receipt_.row.first <= event_.sequence && !is_receipt_of_event()) {
            if (Written done = write_receipt(); !done) return done;
        }
        const bool has_receipt = is_receipt_of_event();
        if (Written done = output_.write_event(event_, has_receipt ? &receipt_.row : nullptr); !done) return done;
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

    chain::ChainSource* source_;
    chain::EventRow event_;
    NextRow<chain::ReceiptRow> receipt_;
    NextRow<chain::EmptyReceiptRow> link_;
    NextRow<chain::HeadRow> head_;
    LineOutput output_;
};

} // namespace

std::expected<ExportSummary, Failure>
write_export(chain::ChainSource& source, const ExportSink& sink, const ExportOptions& options) {
    ExportText text(source, sink, options);
    if (Written written = text.write(); !written) return std::unexpected(std::move(written.error()));
    return text.summary();
}

} // namespace evenfold::journal::exchange
