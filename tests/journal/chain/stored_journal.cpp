#include "evenfold/tests/journal/chain/stored_journal.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace evenfold::tests::chain {

MemoryChainSource::MemoryChainSource(StoredJournal stored, bool as_lines) : stored_(std::move(stored)) {
    if (!as_lines) std::ranges::sort(stored_.events, {}, &EventRow::sequence);
    std::ranges::sort(stored_.receipts, {},
                      [](const ReceiptRow& row) { return std::tuple(row.first, row.count, row.command); });
    std::ranges::sort(stored_.links, {}, &EmptyReceiptRow::number);
    std::ranges::sort(stored_.keys, {}, &KeyRow::number);
    std::ranges::sort(stored_.heads, {}, &HeadRow::size);
    for (std::size_t i = 0; i < stored_.events.size(); ++i)
        positions_.try_emplace({stored_.events[i].stream, stored_.events[i].version}, i);
}

std::expected<ChainStart, system::Failure> MemoryChainSource::start() {
    Sequence head = 0;
    for (const EventRow& row : stored_.events) head = std::max(head, row.sequence);
    return ChainStart{.head = head,
                      .origin = stored_.origin,
                      .domain = stored_.domain,
                      .keys = stored_.keys,
                      .removals = stored_.removals};
}

template <class Row>
std::expected<bool, system::Failure> MemoryChainSource::next(const std::vector<Row>& rows, std::size_t& at, Row& row) {
    if (fails_after && (*fails_after)-- == 0)
        return std::unexpected(system::Failure{.what = "the disk has failed", .remedy = {}});
    if (at == rows.size()) return false;
    row = rows[at++];
    return true;
}

std::expected<bool, system::Failure> MemoryChainSource::next_event(EventRow& row) {
    return next(stored_.events, event_, row);
}

std::expected<bool, system::Failure> MemoryChainSource::next_receipt(ReceiptRow& row) {
    return next(stored_.receipts, receipt_, row);
}

std::expected<bool, system::Failure> MemoryChainSource::next_empty_receipt(EmptyReceiptRow& row) {
    return next(stored_.links, link_, row);
}

std::expected<bool, system::Failure> MemoryChainSource::next_head(HeadRow& row) {
    return next(stored_.heads, head_, row);
}

std::expected<std::optional<LinkPosition>, system::Failure>
MemoryChainSource::find(std::string_view stream, StreamVersion version) {
    const auto found = positions_.find({std::string(stream), version});
    if (found == positions_.end()) return std::nullopt;
    const EventRow& row = stored_.events[found->second];
    return LinkPosition{row.sequence, row.mac};
}

std::expected<std::optional<HeadRow>, system::Failure> MemoryChainSource::newest_head() {
    if (stored_.heads.empty()) return std::nullopt;
    return stored_.heads.back();
}

std::expected<std::optional<ResumeRow>, system::Failure> MemoryChainSource::skip_to(Sequence size) {
    const auto last = std::ranges::find(stored_.events, size, &EventRow::sequence);
    if (last == stored_.events.end()) return std::nullopt;
    const auto next = std::next(last);
    if (next != stored_.events.end() && next->sequence == size + 1 && next->index > 0) return std::nullopt;
    ResumeRow resume;
    resume.mac = last->mac;
    event_ = static_cast<std::size_t>(next - stored_.events.begin());
    while (link_ < stored_.links.size() && stored_.links[link_].receipt && stored_.links[link_].receipt->first <= size)
        ++link_;
    if (link_ > 0) {
        const EmptyReceiptRow& newest = stored_.links[link_ - 1];
        resume.empty_receipts = newest.number;
        resume.newest_empty = newest.mac;
        resume.empty_key = newest.key;
    }
    std::erase_if(stored_.receipts, [&](const ReceiptRow& receipt) {
        return std::none_of(next, stored_.events.end(),
                            [&](const EventRow& event) { return event.command == receipt.command; });
    });
    while (head_ < stored_.heads.size() && stored_.heads[head_].size <= size) ++head_;
    return resume;
}

std::expected<bool, system::Failure> MemoryChainSource::next_of_stream(std::string_view stream, StreamEventRow& row) {
    const auto begin = stored_.events.begin() + static_cast<std::ptrdiff_t>(event_);
    const auto next =
        std::find_if(begin, stored_.events.end(), [&](const EventRow& event) { return event.stream == stream; });
    event_ = static_cast<std::size_t>(next - stored_.events.begin());
    if (next == stored_.events.end()) return false;
    ++event_;
    row.event = *next;
    const auto receipt = std::ranges::find(stored_.receipts, next->command, &ReceiptRow::command);
    row.receipt = receipt == stored_.receipts.end() ? std::nullopt : std::optional(*receipt);
    row.newest_empty.clear();
    for (const EmptyReceiptRow& link : stored_.links) {
        if (link.receipt && link.receipt->first <= next->sequence) row.newest_empty = link.mac;
    }
    return true;
}

ChainReport report_of(const StoredJournal& stored, const ChainTrust& trust, VerifyScope scope) {
    MemoryChainSource source(stored);
    return verify(source, trust, scope).value();
}

std::optional<ChainRemark> remark_of(const ChainReport& report, RemarkKind kind) {
    const auto found = std::ranges::find(report.remarks, kind, &ChainRemark::kind);
    return found == report.remarks.end() ? std::nullopt : std::optional(*found);
}

} // namespace evenfold::tests::chain
