#include "evenfold/journal/memory/memory_sink.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/journal/signing.hpp"

namespace evenfold::journal {

namespace {

using Stored = std::expected<void, Failure>;

Record record_of(const chain::EventRow& row) {
    return {.sequence = row.sequence,
            .stream = row.stream,
            .version = row.version,
            .command = row.command,
            .index = row.index,
            .actor = chain::actor_named(row.actor).value_or(Actor::user),
            .cause = row.cause,
            .correlation = row.correlation,
            .at = row.at,
            .stored_at = row.stored_at,
            .type = row.type,
            .type_version = row.type_version,
            .data = row.data,
            .removed = row.removed && row.data.empty()};
}

Receipt receipt_of(const chain::ReceiptRow& row) {
    return {.command = row.command, .fingerprint = row.fingerprint, .first = row.first, .count = row.count};
}

/// Returns whether the hashes of `row` have their sizes, or are absent as in an unsigned event.
bool is_whole(const chain::EventRow& row) {
    const auto fits = [](const std::string& bytes, std::size_t size) { return bytes.empty() || bytes.size() == size; };
    return chain::actor_named(row.actor) && fits(row.salt, salt_bytes) && fits(row.payload_hash, chain::hash_size) &&
           fits(row.previous, chain::hash_size) && fits(row.mac, chain::hash_size);
}

} // namespace

/// The rows of the journal as they will be, for the tree over them.
class MemoryJournal::MemorySignatures::Sink::GrownRows final : public chain::ChainStore {
public:
    explicit GrownRows(Sink& sink) : sink_(&sink) {}

    std::expected<std::vector<chain::KeyRow>, Failure> keys() override {
        std::vector<chain::KeyRow> keys = sink_->start_.keys;
        keys.insert(keys.end(), sink_->keys_.begin(), sink_->keys_.end());
        return keys;
    }
    std::expected<std::string, Failure> mac_of(Sequence sequence) override {
        const chain::EventRow* added = find(sequence);
        return added ? added->mac : sink_->rows_.mac_of(sequence);
    }
    std::expected<std::uint64_t, Failure> empty_receipts() override {
        return sink_->start_.empty_receipts + sink_->links_.size();
    }
    std::expected<std::optional<chain::EmptyReceiptLink>, Failure> empty_receipt(std::uint64_t number) override {
        if (number <= sink_->start_.empty_receipts) return sink_->rows_.empty_receipt(number);
        const std::uint64_t index = number - sink_->start_.empty_receipts - 1;
        if (index >= sink_->links_.size()) return std::nullopt;
        const chain::EmptyReceiptRow& link = sink_->links_[index];
        return chain::EmptyReceiptLink{
            .number = number, .mac = link.mac, .key = link.key, .first = link.receipt->first};
    }
    Stored visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) override {
        const Sequence end = first + count;
        if (first <= sink_->start_.head) {
            const auto stored = static_cast<std::size_t>(std::min(end, sink_->start_.head + 1) - first);
            if (auto visited = sink_->rows_.visit_events(first, stored, visit); !visited) return visited;
            first += stored;
        }
        for (; first < end; ++first) {
            const chain::EventRow* added = find(first);
            if (!added) return {};
            const auto receipt = sink_->receipts_.find(added->command);
            const bool is_there = receipt != sink_->receipts_.end();
            if (auto visited = visit({.event = *added,
                                      .receipt = is_there ? std::optional(receipt->second) : std::nullopt,
                                      .newest_empty = {}});
                !visited)
                return visited;
        }
        return {};
    }
    std::expected<std::optional<std::string>, Failure> tile(unsigned level, std::uint64_t number) override {
        return sink_->rows_.tile(level, number);
    }
    [[nodiscard]] std::string place() const override { return sink_->rows_.place(); }
    [[nodiscard]] Failure damage(std::string_view what) const override { return sink_->rows_.damage(what); }

private:
    /// Returns the added event with that sequence; null if there is none.
    [[nodiscard]] const chain::EventRow* find(Sequence sequence) const {
        const Sequence head = sink_->start_.head;
        return sequence > head && sequence - head <= sink_->events_.size() ? &sink_->events_[sequence - head - 1]
                                                                           : nullptr;
    }

    Sink* sink_;
};

std::expected<chain::StoredRows, Failure> MemoryJournal::MemorySignatures::Sink::begin(const chain::ChainStart& start) {
    const chain::ChainNames names{.origin = signatures_->origin_, .domain = signatures_->domain_};
    if (auto checked = chain::check_same_journal(start, names, rows_.place()); !checked)
        return std::unexpected(std::move(checked.error()));
    start_ = stored_rows();
    return start_;
}

chain::StoredRows MemoryJournal::MemorySignatures::Sink::stored_rows() const {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    return {.head = signatures_->journal_->records_.size(),
            .empty_receipts = signatures_->links_.size(),
            .keys = signatures_->keys_,
            .removals = signatures_->removals_};
}

std::expected<chain::EventRow, Failure> MemoryJournal::MemorySignatures::Sink::stored_event(Sequence sequence) {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    return signatures_->event_row(sequence).event;
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::KeyRow& row) {
    keys_.push_back(row);
    return {};
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::RemovalRow& row) {
    removals_.push_back(row);
    return {};
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::EventRow& row) {
    if (row.sequence != start_.head + events_.size() + 1 || !is_whole(row))
        return std::unexpected(
            Failure{.kind = FailureKind::invalid,
                    .what = fmt::format("{}: the row of event {} is not one that can follow event {}", rows_.place(),
                                        row.sequence, start_.head + events_.size()),
                    .remedy = "Verify the rows before they are imported."});
    events_.push_back(row);
    return {};
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::ReceiptRow& row) {
    receipts_.try_emplace(row.command, row);
    return {};
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::EmptyReceiptRow& row) {
    if (!row.receipt || row.mac.size() != chain::hash_size)
        return std::unexpected(
            Failure{.kind = FailureKind::invalid,
                    .what = fmt::format("{}: the receipt without events {} is not whole", rows_.place(), row.number),
                    .remedy = "Verify the rows before they are imported."});
    links_.push_back(row);
    return add(*row.receipt);
}

Stored MemoryJournal::MemorySignatures::Sink::add(const chain::HeadRow& row) {
    heads_.push_back(row);
    return {};
}

/// Returns the full tiles of the tree over all events that are not there yet; none if nothing is signed.
std::expected<std::vector<chain::TreeTile>, Failure> MemoryJournal::MemorySignatures::Sink::missing_tiles() {
    std::vector<chain::TreeTile> tiles;
    if (start_.keys.empty() && keys_.empty()) return tiles;
    const auto full =
        std::ranges::count_if(signatures_->tiles_, [](const auto& tile) { return tile.first.first == 0; });
    GrownRows grown(*this);
    const auto tree = build_tree(grown, static_cast<std::uint64_t>(full), start_.head + events_.size(),
                                 [&](const std::vector<chain::TreeTile>& more) {
                                     tiles.insert(tiles.end(), more.begin(), more.end());
                                     return Stored();
                                 });
    if (!tree) return std::unexpected(tree.error());
    return tiles;
}

/// Makes the added rows visible. Needs the journal's mutex.
void MemoryJournal::MemorySignatures::Sink::publish() {
    MemoryJournal& journal = *signatures_->journal_;
    signatures_->rows_.resize(start_.head);
    for (const chain::EventRow& row : events_) {
        journal.streams_[row.stream].push_back(journal.records_.size());
        journal.records_.push_back(record_of(row));
        RowSignature& signature = signatures_->rows_.emplace_back();
        signature.key = row.key;
        signature.removed = row.removed;
        signature.has_salt = !row.salt.empty();
        std::ranges::copy(row.salt, signature.columns.salt.begin());
        signature.columns.payload_hash = chain::hash_from(row.payload_hash).value_or(chain::Hash{});
        signature.columns.previous = chain::hash_from(row.previous).value_or(chain::Hash{});
        signature.columns.mac = chain::hash_from(row.mac).value_or(chain::Hash{});
    }
    for (const auto& [command, row] : receipts_) journal.receipts_.try_emplace(command, receipt_of(row));
    for (const chain::EmptyReceiptRow& row : links_) {
        const chain::SealedReceipt sealed{.number = row.number, .mac = *chain::hash_from(row.mac)};
        signatures_->links_.push_back({.command = row.command, .sealed = sealed, .key = row.key});
    }
    signatures_->keys_.insert(signatures_->keys_.end(), keys_.begin(), keys_.end());
    signatures_->removals_.insert(signatures_->removals_.end(), removals_.begin(), removals_.end());
    for (const chain::HeadRow& head : heads_) signatures_->heads_.try_emplace(head.size, head);
    signatures_->signer_.reset(); // the next append loads it
}

Stored MemoryJournal::MemorySignatures::Sink::commit() {
    const chain::StoredRows present = stored_rows();
    if (present.head != start_.head || present.keys != start_.keys || present.empty_receipts != start_.empty_receipts)
        return std::unexpected(Failure{.kind = FailureKind::busy,
                                       .what = rows_.place() + ": this thread has appended during the import",
                                       .remedy = "Import again, and append afterwards; nothing was imported."});
    const auto tiles = missing_tiles();
    if (!tiles) return std::unexpected(tiles.error());
    {
        const std::scoped_lock lock(signatures_->journal_->mutex_);
        publish();
        signatures_->add_tiles(*tiles);
    }
    signatures_->journal_->grown_.notify_all();
    return {};
}

std::expected<std::unique_ptr<chain::ChainSink>, Failure> MemoryJournal::MemorySignatures::open_sink(Instant) {
    return std::make_unique<Sink>(*this);
}

} // namespace evenfold::journal
