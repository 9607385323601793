#include "evenfold/journal/without_payloads.hpp"

#include <algorithm>
#include <span>

namespace evenfold::journal {

namespace {

class CursorWithoutPayloads final : public Cursor {
public:
    CursorWithoutPayloads(std::unique_ptr<Cursor> cursor, std::span<const chain::SequenceRange> removed)
        : Cursor(cursor->head()), cursor_(std::move(cursor)), removed_(removed) {}

    std::expected<bool, Failure> next(EventPage& page) override {
        page.clear();
        EventPage whole(page.limits());
        auto has_events = cursor_->next(whole);
        if (!has_events || !*has_events) return has_events;
        for (const Record& record : whole.records()) {
            Record& copy = page.add_record();
            copy = record;
            if (!is_removed(record.sequence)) continue;
            copy.data.clear();
            copy.removed = true;
        }
        for (Payload payload : whole.payloads()) {
            if (is_removed(payload.sequence)) {
                payload.data = {};
                payload.removed = true;
            }
            page.add(payload);
        }
        return true;
    }

private:
    [[nodiscard]] bool is_removed(Sequence sequence) const {
        const auto range = std::ranges::lower_bound(removed_, sequence, {}, &chain::SequenceRange::last);
        return range != removed_.end() && range->first <= sequence;
    }

    std::unique_ptr<Cursor> cursor_;
    std::span<const chain::SequenceRange> removed_;
};

} // namespace

std::expected<std::vector<Receipt>, AppendError>
WithoutPayloads::append(std::span<const Batch> /*group*/, std::optional<Sequence> /*head*/) {
    return std::unexpected(Failure{.kind = FailureKind::read_only,
                                   .what = "a view of a journal without some payloads takes no events",
                                   .remedy = "append to the journal itself"});
}

std::expected<std::unique_ptr<Cursor>, Failure> WithoutPayloads::open_cursor(const ReadOptions& reading) {
    auto cursor = journal_->open_cursor(reading);
    if (!cursor) return cursor;
    return std::make_unique<CursorWithoutPayloads>(std::move(*cursor), removed_);
}

} // namespace evenfold::journal
