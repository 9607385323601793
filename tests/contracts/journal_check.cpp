#include "evenfold/tests/contracts/journal_check.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace evenfold::journal::contract {

namespace {

Record payload_of(Sequence sequence, std::string_view type, std::uint32_t type_version, std::string_view data) {
    Record record;
    record.sequence = sequence;
    record.type = type;
    record.type_version = type_version;
    record.data = data;
    return record;
}

} // namespace

void Check::that(bool holds, std::string_view claim) {
    if (!holds) found_.emplace_back(claim);
}

std::vector<Receipt> Check::accepted(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head) {
    auto receipts = journal.append(group, head);
    if (!receipts) {
        add(fmt::format("an append was refused (reason {})", receipts.error().index()));
        return std::vector<Receipt>(group.size());
    }
    if (receipts->size() != group.size())
        add(fmt::format("{} receipts for {} batches", receipts->size(), group.size()));
    receipts->resize(group.size());
    return std::move(*receipts);
}

void Check::refused(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head,
                    const AppendError& why) {
    const auto receipts = journal.append(group, head);
    if (receipts) return add("an append was accepted that had to be refused");
    if (receipts.error() == why) return;
    add(fmt::format("refused for reason {}, not {}, or with other details", receipts.error().index(), why.index()));
}

std::unique_ptr<Cursor> Check::open(Journal& journal, const ReadOptions& reading) {
    class NoCursor final : public Cursor {
    public:
        NoCursor() : Cursor(0) {}
        std::expected<bool, Failure> next(EventPage& page) override {
            page.clear();
            return false;
        }
    };
    auto cursor = journal.open_cursor(reading);
    that(cursor.has_value(), "a cursor cannot be opened");
    if (cursor) return std::move(*cursor);
    return std::make_unique<NoCursor>();
}

std::vector<Record> Check::next(Cursor& cursor, EventPage& page) {
    const auto has_events = cursor.next(page);
    that(has_events.has_value(), "a page cannot be read");
    that(has_events.value_or(false) == (page.size() > 0), "next() returns true for an empty page, or false for a full");
    that(page.records().empty() || page.payloads().empty(), "a page has both records and payloads");
    return events_of(page);
}

std::vector<Record> Check::read(Journal& journal, const ReadOptions& reading, PageLimits limits) {
    const auto cursor = open(journal, reading);
    std::vector<Record> records;
    EventPage page(limits);
    for (;;) {
        const std::vector<Record> more = next(*cursor, page);
        if (more.empty()) break;
        that(more.size() <= limits.events, "a page has more events than its limit");
        records.insert(records.end(), more.begin(), more.end());
    }
    that(next(*cursor, page).empty(), "a cursor continues after its end");
    return records;
}

Sequence Check::head(Journal& journal) {
    const auto head = journal.head();
    that(head.has_value(), "the head could not be read");
    return head.value_or(0);
}

std::vector<Record> expected_records(const std::vector<Batch>& batches) {
    std::vector<Record> records;
    for (const Batch& batch : batches) {
        for (std::uint32_t index = 0; index < batch.events.size(); ++index) {
            const NewEvent& event = batch.events[index];
            const auto earlier = std::ranges::count(records, event.stream, &Record::stream);
            records.push_back({.sequence = records.size() + 1,
                               .stream = event.stream,
                               .version = static_cast<StreamVersion>(earlier) + 1,
                               .command = batch.command,
                               .index = index,
                               .actor = batch.actor,
                               .cause = batch.cause,
                               .correlation = batch.correlation,
                               .at = batch.at,
                               .stored_at = batch.stored_at,
                               .type = event.type,
                               .type_version = event.type_version,
                               .data = event.data});
        }
    }
    return records;
}

std::vector<Record> events_of(const EventPage& page) {
    std::vector<Record> records(page.records().begin(), page.records().end());
    for (const Payload& payload : page.payloads())
        records.push_back(payload_of(payload.sequence, payload.type, payload.type_version, payload.data));
    return records;
}

std::optional<Failure> failure_of(Journal& journal, const ReadOptions& reading) {
    const auto cursor = journal.open_cursor(reading);
    if (!cursor) return cursor.error();
    EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events)
            return page.size() == 0 ? has_events.error()
                                    : Failure{.kind = {}, .what = "the page has events", .remedy = {}};
        if (!*has_events) return std::nullopt;
    }
}

std::vector<Record> expected_of(const std::vector<Record>& records, const ReadOptions& reading) {
    std::vector<Record> expected;
    const bool forward = reading.direction == Direction::forward;
    for (const Record& record : records) {
        if (reading.stream && record.stream != *reading.stream) continue;
        const std::uint64_t number = reading.stream ? record.version : record.sequence;
        if (reading.from && (forward ? number < *reading.from : number > *reading.from)) continue;
        expected.push_back(
            reading.payload_only ? payload_of(record.sequence, record.type, record.type_version, record.data) : record);
    }
    if (!forward) std::ranges::reverse(expected);
    if (expected.size() > reading.at_most) expected.resize(reading.at_most);
    return expected;
}

Batch expecting(Batch batch, std::string stream, StreamVersion version) {
    batch.expectations.push_back({.stream = std::move(stream), .version = version});
    return batch;
}

CommandId command(std::uint64_t number) {
    CommandId id;
    id.uuid.bytes[0] = 0x01;
    for (std::size_t index = 0; index < 8; ++index) {
        id.uuid.bytes[15 - index] = static_cast<std::uint8_t>(number >> (8 * index));
    }
    return id;
}

Batch batch(std::uint64_t number, const std::vector<std::string>& streams) {
    const auto time = static_cast<std::int64_t>(number);
    Batch made{.command = command(number),
               .fingerprint = fmt::format("print {}", number),
               .actor = Actor::agent,
               .cause = number,
               .correlation = command(number + 1),
               .at = {1'700'000'000'000 + time},
               .stored_at = {1'700'000'000'500 + time},
               .expectations = {},
               .events = {}};
    for (const std::string& stream : streams) {
        made.events.push_back({.stream = stream,
                               .type = "Happened",
                               .type_version = 2,
                               .data = fmt::format(R"({{"number":{},"place":{}}})", number, made.events.size())});
    }
    return made;
}

} // namespace evenfold::journal::contract
