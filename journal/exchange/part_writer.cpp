#include "evenfold/journal/exchange/part_writer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "evenfold/journal/chain/verifying/streams.hpp"
#include "evenfold/journal/exchange/line_output.hpp"

namespace evenfold::journal::exchange {
namespace {

using chain::RowAhead;
using chain::StreamEventRow;
using system::Failure;
using system::FailureKind;
using Exists = std::expected<bool, Failure>;

Failure failure_of(chain::VerifyStop stop) {
    return std::get<Failure>(std::move(stop)); // a source has no other
}

/// The events of one stream or of all, each with its receipt and the newest receipt without events before it.
class EventRows {
public:
    EventRows(chain::ChainSource& source, const std::optional<std::string>& stream)
        : source_(&source), stream_(&stream) {}

    Exists next(StreamEventRow& row) {
        if (*stream_) return source_->next_of_stream(**stream_, row);
        auto exists = source_->next_event(row.event);
        if (!exists || !*exists) return exists;
        auto completed = add_newest_empty(row);
        if (!completed) return completed;
        return add_receipt(row);
    }

private:
    Exists add_newest_empty(StreamEventRow& row) {
        for (;;) {
            auto exists = link_.load([&](chain::EmptyReceiptRow& link) { return source_->next_empty_receipt(link); });
            if (!exists) return std::unexpected(failure_of(std::move(exists.error())));
            const std::optional<chain::ReceiptRow>& receipt = link_.row.receipt;
            if (!*exists || !receipt || receipt->first > row.event.sequence) break;
            newest_empty_ = link_.row.mac;
            link_.pass();
        }
        row.newest_empty = newest_empty_;
        return true;
    }

    Exists add_receipt(StreamEventRow& row) {
        for (;;) {
            auto exists = receipt_.load([&](chain::ReceiptRow& receipt) { return source_->next_receipt(receipt); });
            if (!exists) return std::unexpected(failure_of(std::move(exists.error())));
            if (!*exists || receipt_.row.first + receipt_.row.count > row.event.sequence) break;
            receipt_.pass();
        }
        row.receipt.reset();
        if (receipt_.exists && receipt_.row.command == row.event.command) row.receipt = receipt_.row;
        return true;
    }

    chain::ChainSource* source_;
    const std::optional<std::string>* stream_;
    RowAhead<chain::EmptyReceiptRow> link_;
    RowAhead<chain::ReceiptRow> receipt_;
    std::string newest_empty_;
};

/// One export of a part.
class PartText {
public:
    PartText(chain::ChainSource& source, chain::TreeHashes& tree, const chain::JournalPart& part,
             const ExportSink& sink, const ExportOptions& options)
        : source_(&source),
          tree_(&tree),
          part_(part),
          streams_(source),
          events_(source, part_.stream),
          output_(sink, options) {}

    Written write() {
        auto start = source_->start();
        if (!start) return std::unexpected(std::move(start.error()));
        auto head = source_->newest_head();
        if (!head) return std::unexpected(std::move(head.error()));
        size_ = *head ? std::min<std::uint64_t>((*head)->size, start->head) : 0;
        part_.last = std::min(part_.last, size_);
        if (part_.first > part_.last) return std::unexpected(no_events());
        HeaderLine header;
        header.is_part = true;
        header.stream = part_.stream;
        header.first = part_.first;
        header.last = part_.last;
        if (Written done = output_.write_start(std::move(header), *start); !done) return done;
        if (Written done = output_.write(**head); !done) return done;
        if (Written done = write_events(); !done) return done;
        if (summary().events == 0) return std::unexpected(no_events());
        return output_.write_end(start->origin);
    }

    [[nodiscard]] const ExportSummary& summary() const { return output_.summary(); }

private:
    [[nodiscard]] Failure no_events() const {
        std::string what = "no signed head has events ";
        if (part_.stream) what += "of the stream '" + *part_.stream + "' ";
        what += "from " + std::to_string(part_.first) + " on";
        if (size_ > 0) what += "; the newest has those up to " + std::to_string(size_);
        return {.kind = FailureKind::not_found,
                .what = std::move(what),
                .remedy = "check the stream and the range, or sign a head: `evenfold anchor` with --signing-key"};
    }

    Written write_events() {
        for (StreamEventRow row;;) {
            auto exists = events_.next(row);
            if (!exists) return std::unexpected(std::move(exists.error()));
            if (!*exists) return {};
            const chain::EventRow& event = row.event;
            if (!event.unreadable.empty())
                return std::unexpected(damaged_row("an event cannot be read: " + event.unreadable));
            if (event.sequence > part_.last) return {};
            auto tail = streams_.before(event, event.sequence);
            if (!tail) return std::unexpected(failure_of(std::move(tail.error())));
            streams_.set(event.stream, {.version = event.version, .mac = chain::hash_from(event.mac)});
            if (event.sequence < part_.first) continue;
            if (Written done = write_event(row, tail->mac); !done) return done;
        }
    }

    Written write_event(const StreamEventRow& row, const std::optional<chain::Hash>& stream_previous) {
        const Sequence sequence = row.event.sequence;
        if (sequence == 0 || !row.receipt)
            return std::unexpected(damaged_row("event " + std::to_string(sequence) + " has no receipt"));
        const auto hashes = chain::inclusion_proof(*tree_, sequence - 1, size_);
        if (!hashes) return std::unexpected(hashes.error());
        EventEvidence evidence{.stream_previous = {}, .newest_empty = row.newest_empty, .proof = {}};
        if (stream_previous) evidence.stream_previous = chain::bytes_of(*stream_previous);
        for (const chain::Hash& hash : *hashes) evidence.proof += chain::bytes_of(hash);
        return output_.write_event(row.event, &*row.receipt, &evidence);
    }

    chain::ChainSource* source_;
    chain::TreeHashes* tree_;
    chain::JournalPart part_;
    std::uint64_t size_ = 0; // of the head
    chain::StreamTails streams_;
    EventRows events_;
    LineOutput output_;
};

} // namespace

std::expected<ExportSummary, Failure> write_part(chain::ChainSource& source, chain::TreeHashes& tree,
                                                 const chain::JournalPart& part, const ExportSink& sink,
                                                 const ExportOptions& options) {
    PartText text(source, tree, part, sink, options);
    if (Written written = text.write(); !written) return std::unexpected(std::move(written.error()));
    return text.summary();
}

} // namespace evenfold::journal::exchange
