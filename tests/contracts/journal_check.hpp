/// Claims about a journal, and the batches to make them with.
/// Shapes: what does not hold is kept as a sentence; batches and ids are made from small numbers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::contract {

/// Asks a journal and collects what went wrong; a rule reads as a list of claims.
class Check {
public:
    void that(bool holds, std::string_view claim);
    void add(std::string violation) { found_.push_back(std::move(violation)); }

    /// The answer of an append that has to succeed; no receipts when it does not.
    std::vector<Receipt>
    accepted(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head = std::nullopt);

    /// The append has to be refused for exactly `why`.
    void
    refused(Journal& journal, const std::vector<Batch>& group, std::optional<Sequence> head, const AppendError& why);

    /// Reads `reading` page by page. Checks each page on the way. Of payloads, the records have no more than these.
    std::vector<Record> read(Journal& journal, const Reading& reading, PageLimits limits = {});
    /// The next page of a cursor, which may be empty.
    std::vector<Record> next(Cursor& cursor, Page& page);
    std::unique_ptr<Cursor> open(Journal& journal, const Reading& reading);

    std::vector<Record> all(Journal& journal, Sequence from = 0) { return read(journal, {.from = from}); }
    std::vector<Record> of_stream(Journal& journal, std::string_view stream, StreamVersion from = 0) {
        return read(journal, {.from = from, .stream = std::string(stream)});
    }
    Sequence head(Journal& journal);

    [[nodiscard]] std::vector<std::string> done() { return std::move(found_); }

private:
    std::vector<std::string> found_;
};

/// What must be read after `batches` were stored in an empty journal.
[[nodiscard]] std::vector<Record> expected_records(const std::vector<Batch>& batches);

/// What `reading` must read of `records`, which are all records of a journal.
[[nodiscard]] std::vector<Record> expected_of(const std::vector<Record>& records, const Reading& reading);

/// The events of `page`. Payloads become records without the other fields.
[[nodiscard]] std::vector<Record> events_of(const Page& page);

/// The failure that ends a reading; nothing when all of it can be read.
[[nodiscard]] std::optional<Failure> failure_of(Journal& journal, const Reading& reading = {});

/// `batch` with one more expectation.
[[nodiscard]] Batch expecting(Batch batch, std::string stream, StreamVersion version);

/// The `number`-th command id of a test.
[[nodiscard]] CommandId command(std::uint64_t number);

/// A batch of command `number` with an event for each of `streams`, all of its fields filled.
[[nodiscard]] Batch batch(std::uint64_t number, const std::vector<std::string>& streams);

} // namespace evenfold::journal::contract
