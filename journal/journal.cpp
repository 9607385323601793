#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

std::expected<JournalPosition, Failure> Journal::position() {
    const auto at = head();
    if (!at) return std::unexpected(at.error());
    return JournalPosition{.head = *at, .erasures = 0};
}

std::expected<std::vector<Record>, Failure> read_all(Journal& journal, const ReadOptions& reading) {
    ReadOptions of_records = reading;
    of_records.payload_only = false;
    const auto cursor = journal.open_cursor(of_records);
    if (!cursor) return std::unexpected(cursor.error());
    std::vector<Record> records;
    EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) return records;
        records.insert(records.end(), page.records().begin(), page.records().end());
    }
}

} // namespace evenfold::journal
