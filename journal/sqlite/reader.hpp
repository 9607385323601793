/// The reading half of a journal: read-only connections, and cursors that use one only while a page is filled.
/// Errors: damage, with the sequence.
#pragma once

#include <array>
#include <filesystem>
#include <mutex>
#include <vector>

#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// The progress of a reading. Numbers are versions if it is of one stream, else sequences.
struct ReadProgress {
    ReadOptions reading;
    Sequence head = 0;       // of the journal when the reading began
    Extent extent;           // the next number, and at most how many events are left
    bool is_running = false; // an event was read, so the one with the next number must be there as well
};

/// A connection for reading. Not for use by two threads at once.
class JournalReader {
public:
    /// Opens a read-only connection to any database.
    [[nodiscard]] static std::expected<Database, Failure> connect(const std::filesystem::path& file, OpenMode mode);

    /// Uses a connection to a journal. Fails if the tables are not those of the format.
    [[nodiscard]] static std::expected<std::unique_ptr<JournalReader>, Failure> attach(Database database);

    [[nodiscard]] std::expected<Sequence, Failure> head();

    /// Fills `page` with the next events and advances `progress`, which is unchanged after a Failure. Missing events
    /// before, between or after others are damage, and so are unreadable events.
    [[nodiscard]] std::expected<void, Failure> fill(EventPage& page, ReadProgress& progress);

    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command);

private:
    explicit JournalReader(Database database);

    [[nodiscard]] Statement& rows_of(const ReadProgress& progress);
    [[nodiscard]] std::expected<std::uint64_t, Failure>
    add(EventPage& page, const ReadOptions& reading, const Statement& row) const;
    [[nodiscard]] std::expected<void, Failure> fill(Record& record, const Statement& row) const;
    [[nodiscard]] Failure missing(const ReadOptions& reading, std::uint64_t number) const;
    [[nodiscard]] Failure not_readable(Sequence sequence) const;

    Database database_;
    Statement head_, receipt_;
    std::array<Statement, 8> rows_; // one for each form of reading; the rarer ones are prepared when first used
};

/// A pool of readers of a journal. May be called from any thread.
class ReaderPool {
public:
    ReaderPool(const std::filesystem::path& file, OpenMode mode) : file_(file), mode_(mode) {}

    /// Returns the result of `query` for an idle or a new reader. A reader whose query fails is closed.
    template <class Query>
    auto use(Query&& query) -> decltype(query(std::declval<JournalReader&>())) {
        auto reader = acquire();
        if (!reader) return std::unexpected(reader.error());
        auto result = query(**reader);
        if (result) release(std::move(*reader));
        return result;
    }

    /// Closes the idle readers.
    void close_idle();

private:
    [[nodiscard]] std::expected<std::unique_ptr<JournalReader>, Failure> open() const;
    [[nodiscard]] std::expected<std::unique_ptr<JournalReader>, Failure> acquire();
    void release(std::unique_ptr<JournalReader> reader);

    std::filesystem::path file_;
    OpenMode mode_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<JournalReader>> idle_;
};

/// Opens a cursor that borrows one of `readers`, which must outlive it, for each page.
[[nodiscard]] std::expected<std::unique_ptr<Cursor>, Failure>
open_cursor(ReaderPool& readers, const ReadOptions& reading);

/// Returns the failure that the log beside `file` holds events which cannot be read here.
[[nodiscard]] Failure log_out_of_reach(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite
