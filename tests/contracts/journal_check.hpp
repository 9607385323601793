/// Claims about a journal, and the batches to check them with.
/// Shapes: a claim that does not hold is recorded as a sentence; batches and ids are made from small numbers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::contract {

/// Calls a journal and collects violations, so that a rule reads as a list of claims.
class Check {
public:
    void that(bool holds, std::string_view claim);
    void add(std::string violation) { found_.push_back(std::move(violation)); }

    /// Appends `group`, which must succeed, and returns its receipts; if it is refused, the receipts are empty.
    std::vector<Receipt>
    accepted(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head = std::nullopt);

    /// Appends `group`, which must be refused for exactly `why`.
    void
    refused(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head, const AppendError& why);

    /// Reads `reading` page by page and checks each page. For payloads, records have only their fields.
    std::vector<Record> read(Journal& journal, const ReadOptions& reading, PageLimits limits = {});
    /// Returns the next page of a cursor, which may be empty.
    std::vector<Record> next(Cursor& cursor, EventPage& page);
    std::unique_ptr<Cursor> open(Journal& journal, const ReadOptions& reading);

    std::vector<Record> all(Journal& journal, Sequence from = 0) { return read(journal, {.from = from}); }
    std::vector<Record> of_stream(Journal& journal, std::string_view stream, StreamVersion from = 0) {
        return read(journal, {.from = from, .stream = std::string(stream)});
    }
    Sequence head(Journal& journal);

    [[nodiscard]] std::vector<std::string> done() { return std::move(found_); }

private:
    std::vector<std::string> found_;
};

/// Returns the records of a journal that was empty before `batches` were appended.
[[nodiscard]] std::vector<Record> expected_records(const std::vector<Batch>& batches);

/// Returns the events that `reading` must return. `records` are all records of the journal.
[[nodiscard]] std::vector<Record> expected_of(const std::vector<Record>& records, const ReadOptions& reading);

/// Returns the events of `page`. Payloads become records whose other fields are not set.
[[nodiscard]] std::vector<Record> events_of(const EventPage& page);

/// Returns the failure that ends a reading, or nothing if all of it can be read.
[[nodiscard]] std::optional<Failure> failure_of(Journal& journal, const ReadOptions& reading = {});

/// Returns `batch` with one more expectation.
[[nodiscard]] Batch expecting(Batch batch, std::string stream, StreamVersion version);

/// Returns the `number`-th command id of a test.
[[nodiscard]] CommandId command(std::uint64_t number);

/// Returns a batch of command `number` with one event for each of `streams`, with all fields set.
[[nodiscard]] Batch batch(std::uint64_t number, const std::vector<std::string>& streams);

} // namespace evenfold::journal::contract
