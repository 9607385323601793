#include "evenfold/journal/memory/memory_rows.hpp"

#include <algorithm>
#include <mutex>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::journal {

namespace {

using chain::bytes_of;
using chain::EmptyReceiptLink;
using chain::HeadRow;
using chain::StreamEventRow;

chain::ReceiptRow receipt_row(const Receipt& receipt) {
    return {
        .command = receipt.command, .fingerprint = receipt.fingerprint, .first = receipt.first, .count = receipt.count};
}

} // namespace

/// The event must exist, and the journal's mutex must be held.
StreamEventRow MemoryJournal::MemorySignatures::event_row(Sequence sequence) const {
    const Record& record = journal_->records_[sequence - 1];
    StreamEventRow row;
    row.event.sequence = record.sequence;
    row.event.stream = record.stream;
    row.event.version = record.version;
    row.event.command = record.command;
    row.event.index = record.index;
    row.event.actor = name_of(record.actor);
    row.event.cause = record.cause;
    row.event.correlation = record.correlation;
    row.event.at = record.at;
    row.event.stored_at = record.stored_at;
    row.event.type = record.type;
    row.event.type_version = record.type_version;
    row.event.data = record.data;
    row.receipt = receipt_row(journal_->receipts_.find(record.command)->second);
    if (sequence > rows_.size()) return row;
    const RowSignature& signature = rows_[sequence - 1];
    const SignedColumns& columns = signature.columns;
    row.event.key = signature.key;
    row.event.removed = signature.removed;
    if (signature.has_salt) row.event.salt.assign(columns.salt.data(), columns.salt.size());
    if (signature.key || signature.removed) row.event.payload_hash = bytes_of(columns.payload_hash);
    if (!signature.key) return row;
    row.event.previous = bytes_of(columns.previous);
    row.event.mac = bytes_of(columns.mac);
    return row;
}

std::expected<std::vector<chain::KeyRow>, Failure> MemoryJournal::MemorySignatures::Rows::keys() {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    return signatures_->keys_;
}

std::expected<std::string, Failure> MemoryJournal::MemorySignatures::Rows::mac_of(Sequence sequence) {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    if (sequence == 0 || sequence > signatures_->rows_.size()) return std::string();
    const RowSignature& row = signatures_->rows_[sequence - 1];
    return row.key ? std::string(bytes_of(row.columns.mac)) : std::string();
}

std::expected<std::uint64_t, Failure> MemoryJournal::MemorySignatures::Rows::empty_receipts() {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    return signatures_->links_.size();
}

std::expected<std::optional<EmptyReceiptLink>, Failure>
MemoryJournal::MemorySignatures::Rows::empty_receipt(std::uint64_t number) {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    if (number == 0 || number > signatures_->links_.size()) return std::nullopt;
    const ReceiptLink& link = signatures_->links_[number - 1];
    return EmptyReceiptLink{.number = number,
                            .mac = std::string(bytes_of(link.sealed.mac)),
                            .key = link.key,
                            .first = signatures_->journal_->receipts_.find(link.command)->second.first};
}

std::expected<void, Failure>
MemoryJournal::MemorySignatures::Rows::visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) {
    for (Sequence sequence = first; sequence < first + count; ++sequence) {
        StreamEventRow row;
        {
            const std::scoped_lock lock(signatures_->journal_->mutex_);
            if (sequence == 0 || sequence > signatures_->journal_->records_.size()) return {};
            row = signatures_->event_row(sequence);
        }
        if (auto visited = visit(row); !visited) return visited;
    }
    return {};
}

std::expected<std::optional<std::string>, Failure>
MemoryJournal::MemorySignatures::Rows::tile(unsigned level, std::uint64_t number) {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    const auto found = signatures_->tiles_.find({level, number});
    return found == signatures_->tiles_.end() ? std::nullopt : std::optional(found->second);
}

Failure MemoryJournal::MemorySignatures::Rows::damage(std::string_view what) const {
    return {.kind = FailureKind::damaged,
            .what = place() + ": " + std::string(what),
            .remedy = "Report it, because nothing outside the program can change this journal."};
}

std::expected<chain::ChainStart, Failure> MemoryJournal::MemorySignatures::Source::start() {
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    head_ = signatures_->journal_->records_.size();
    link_count_ = signatures_->links_.size();
    removal_count_ = signatures_->removals_.size();
    std::unordered_set<CommandId> linked;
    for (const ReceiptLink& link : signatures_->links_) linked.insert(link.command);
    for (const auto& [command, receipt] : signatures_->journal_->receipts_) {
        if (!linked.contains(command)) receipts_.push_back(&receipt);
    }
    std::ranges::sort(receipts_, {}, [](const Receipt* receipt) {
        return std::tuple(receipt->first, receipt->count, receipt->command);
    });
    for (const auto& [size, head] : signatures_->heads_) heads_.push_back(head);
    return chain::ChainStart{.head = head_,
                             .origin = signatures_->origin_,
                             .domain = signatures_->domain_,
                             .keys = signatures_->keys_,
                             .removals = signatures_->removals_};
}

std::expected<bool, Failure> MemoryJournal::MemorySignatures::Source::next_event(chain::EventRow& row) {
    if (event_ == head_) return false;
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    row = signatures_->event_row(++event_).event;
    return check_unchanged(row);
}

/// Returns true for a row as it was at the start; fails if its payload was removed since.
std::expected<bool, Failure>
MemoryJournal::MemorySignatures::Source::check_unchanged(const chain::EventRow& row) const {
    if (row.removed.value_or(0) <= removal_count_) return true;
    return std::unexpected(Failure{.kind = FailureKind::busy,
                                   .what = rows_.place() + ": payloads were removed while it was read",
                                   .remedy = "Open the rows again."});
}

std::expected<bool, Failure> MemoryJournal::MemorySignatures::Source::next_receipt(chain::ReceiptRow& row) {
    if (receipt_ == receipts_.size()) return false;
    row = receipt_row(*receipts_[receipt_++]);
    return true;
}

std::expected<bool, Failure> MemoryJournal::MemorySignatures::Source::next_empty_receipt(chain::EmptyReceiptRow& row) {
    if (link_ == link_count_) return false;
    const std::scoped_lock lock(signatures_->journal_->mutex_);
    const ReceiptLink& link = signatures_->links_[link_++];
    row = {.number = link.sealed.number,
           .command = link.command,
           .mac = std::string(bytes_of(link.sealed.mac)),
           .key = link.key,
           .receipt = receipt_row(signatures_->journal_->receipts_.find(link.command)->second)};
    return true;
}

std::expected<bool, Failure> MemoryJournal::MemorySignatures::Source::next_head(HeadRow& row) {
    if (next_head_ == heads_.size()) return false;
    row = heads_[next_head_++];
    return true;
}

std::expected<std::optional<HeadRow>, Failure> MemoryJournal::MemorySignatures::Source::newest_head() {
    if (heads_.empty()) return std::nullopt;
    return heads_.back();
}

std::expected<std::optional<chain::LinkPosition>, Failure>
MemoryJournal::MemorySignatures::Source::find(std::string_view stream, StreamVersion version) {
    Sequence sequence = 0;
    {
        const std::scoped_lock lock(signatures_->journal_->mutex_);
        const auto found = signatures_->journal_->streams_.find(stream);
        if (found == signatures_->journal_->streams_.end() || version == 0 || version > found->second.size())
            return std::nullopt;
        sequence = found->second[version - 1] + 1;
    }
    if (sequence > head_) return std::nullopt;
    auto mac = rows_.mac_of(sequence);
    if (!mac) return std::unexpected(std::move(mac.error()));
    return chain::LinkPosition{.sequence = sequence, .mac = std::move(*mac)};
}

std::expected<std::optional<chain::ResumeRow>, Failure>
MemoryJournal::MemorySignatures::Source::skip_to(Sequence size) {
    if (size == 0 || size > head_) return std::nullopt;
    {
        const std::scoped_lock lock(signatures_->journal_->mutex_);
        if (size < head_ && signatures_->journal_->records_[size].index != 0) return std::nullopt;
    }
    auto newest = entries_.newest_empty_before(size);
    if (!newest) return std::unexpected(std::move(newest.error()));
    auto mac = rows_.mac_of(size);
    if (!mac) return std::unexpected(std::move(mac.error()));
    event_ = size;
    std::erase_if(receipts_, [&](const Receipt* receipt) { return receipt->count == 0 || receipt->first <= size; });
    link_ = newest->number;
    next_head_ =
        static_cast<std::size_t>(std::ranges::count_if(heads_, [&](const HeadRow& head) { return head.size <= size; }));
    return chain::ResumeRow{.mac = std::move(*mac),
                            .empty_receipts = newest->number,
                            .newest_empty = std::move(newest->mac),
                            .empty_key = newest->key};
}

std::expected<bool, Failure>
MemoryJournal::MemorySignatures::Source::next_of_stream(std::string_view stream, StreamEventRow& row) {
    {
        const std::scoped_lock lock(signatures_->journal_->mutex_);
        const auto found = signatures_->journal_->streams_.find(stream);
        if (found == signatures_->journal_->streams_.end() || in_stream_ == found->second.size()) return false;
        const Sequence sequence = found->second[in_stream_] + 1;
        if (sequence > head_) return false;
        ++in_stream_;
        row = signatures_->event_row(sequence);
    }
    auto newest = entries_.newest_empty_before(row.event.sequence);
    if (!newest) return std::unexpected(std::move(newest.error()));
    row.newest_empty = std::move(newest->mac);
    return check_unchanged(row.event);
}

} // namespace evenfold::journal
