#include "evenfold/journal/exchange/row_import.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evenfold::journal::exchange {
namespace {

using chain::EventRow;
using system::Failure;
using system::FailureKind;
using Stored = std::expected<void, Failure>;

Failure differs(std::string_view what, std::uint64_t number) {
    return {.kind = FailureKind::inconsistent,
            .what =
                fmt::format("{} {} is another one than in the journal, so both are different histories", what, number),
            .remedy = "Import into a new journal, and find out which of both is the true one (`evenfold verify`)."};
}

Failure lacks_key(std::uint64_t number) {
    return {.kind = FailureKind::inconsistent,
            .what = fmt::format("the events end before key {}, with which the journal goes on", number),
            .remedy = "Import into a new journal, and find out which of both is the true one (`evenfold verify`)."};
}

Failure removed_only_there(Sequence sequence) {
    return {.kind = FailureKind::inconsistent,
            .what =
                fmt::format("the payload of event {} was removed or replaced, and the journal still has it", sequence),
            .remedy = "Import into a new journal, or remove it there, too."};
}

/// Compares an event that both have. A later removal in the journal only is one that was made since.
Stored compare(const EventRow& row, EventRow stored) {
    if (row.removed > stored.removed) return std::unexpected(removed_only_there(row.sequence)); // none is the least
    if (stored.removed > row.removed) {
        stored.data = row.data;
        stored.salt = row.salt;
        stored.payload_hash = row.payload_hash; // an event that is not signed gets one when it is removed
        stored.removed = row.removed;
    }
    if (stored != row) return std::unexpected(differs("event", row.sequence));
    return {};
}

class RowImport {
public:
    RowImport(chain::ChainSource& source, chain::ChainSink& sink) : source_(&source), sink_(&sink) {}

    Stored run() {
        auto start = source_->start();
        if (!start) return std::unexpected(std::move(start.error()));
        auto have = sink_->begin(*start);
        if (!have) return std::unexpected(std::move(have.error()));
        have_ = *std::move(have);
        if (Stored done = add_keys(*start); !done) return done;
        if (Stored done = add_few(start->removals, have_.removals, "removal"); !done) return done;
        if (Stored done = add_events(); !done) return done;
        if (summary_.compared < have_.head) return source_->finish(); // an older copy: there is nothing to add
        if (Stored done = add_others(); !done) return done;
        if (Stored done = source_->finish(); !done) return done;
        return sink_->commit();
    }

    [[nodiscard]] const ImportSummary& summary() const { return summary_; }

private:
    Stored add_keys(const chain::ChainStart& start) {
        if (start.head > have_.head && start.keys.size() < have_.keys.size())
            return std::unexpected(lacks_key(start.keys.size() + 1));
        return add_few(start.keys, have_.keys, "key");
    }

    /// Compares rows that both have, and adds the others.
    template <class Row>
    Stored add_few(const std::vector<Row>& rows, const std::vector<Row>& stored, std::string_view what) {
        for (std::size_t at = 0; at < rows.size(); ++at) {
            if (at < stored.size() && rows[at] != stored[at]) return std::unexpected(differs(what, stored[at].number));
            if (at < stored.size()) continue;
            if (Stored added = sink_->add(rows[at]); !added) return added;
        }
        return {};
    }

    Stored add_events() {
        for (EventRow row;;) {
            const auto more = source_->next_event(row);
            if (!more) return std::unexpected(more.error());
            if (!*more) return {};
            if (!row.unreadable.empty())
                return std::unexpected(Failure{.kind = FailureKind::damaged, .what = row.unreadable, .remedy = {}});
            if (row.sequence > have_.head) {
                if (Stored added = sink_->add(row); !added) return added;
                ++summary_.added;
                continue;
            }
            auto stored = sink_->stored_event(row.sequence);
            if (!stored) return std::unexpected(std::move(stored.error()));
            if (Stored same = compare(row, *std::move(stored)); !same) return same;
            ++summary_.compared;
        }
    }

    Stored add_others() {
        const auto all = [](const auto&) { return true; };
        if (Stored done = add_rows<chain::ReceiptRow>(&chain::ChainSource::next_receipt, all); !done) return done;
        const auto is_new = [&](const chain::EmptyReceiptRow& row) { return row.number > have_.empty_receipts; };
        if (Stored done = add_rows<chain::EmptyReceiptRow>(&chain::ChainSource::next_empty_receipt, is_new); !done)
            return done;
        return add_rows<chain::HeadRow>(&chain::ChainSource::next_head, all);
    }

    template <class Row, class Next, class Wanted>
    Stored add_rows(Next next, const Wanted& is_wanted) {
        for (Row row;;) {
            const auto more = (source_->*next)(row);
            if (!more) return std::unexpected(more.error());
            if (!*more) return {};
            if (!is_wanted(row)) continue;
            if (Stored added = sink_->add(row); !added) return added;
        }
    }

    chain::ChainSource* source_;
    chain::ChainSink* sink_;
    chain::StoredRows have_;
    ImportSummary summary_;
};

} // namespace

std::expected<ImportSummary, Failure> import_rows(chain::ChainSource& source, chain::ChainSink& sink) {
    RowImport import(source, sink);
    if (Stored done = import.run(); !done) return std::unexpected(std::move(done.error()));
    return import.summary();
}

} // namespace evenfold::journal::exchange
