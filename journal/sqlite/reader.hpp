/// The reading half of a journal: read-only connections, and cursors that use one only while a page is filled.
/// Errors: damage, with the sequence.
#pragma once

#include <array>
#include <filesystem>
#include <mutex>
#include <optional>
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
    /// As Journal::position.
    [[nodiscard]] std::expected<JournalPosition, Failure> position();

    /// Fills `page` with the next events and advances `progress`, which is unchanged after a Failure. Missing events
    /// before, between or after others are damage, and so are unreadable events.
    [[nodiscard]] std::expected<void, Failure> fill(EventPage& page, ReadProgress& progress);

    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command);

    /// As Journal::verify.
    [[nodiscard]] std::expected<void, Failure> verify() const;

private:
    explicit JournalReader(Database database);

    [[nodiscard]] Statement& rows_of(const ReadProgress& progress);
    [[nodiscard]] std::expected<std::uint64_t, Failure>
    add(EventPage& page, const ReadOptions& reading, const Statement& row) const;
    [[nodiscard]] std::expected<void, Failure> fill(Record& record, const Statement& row) const;
    [[nodiscard]] Failure missing(const ReadOptions& reading, std::uint64_t number) const;
    [[nodiscard]] Failure not_readable(Sequence sequence) const;

    Database database_;
    JournalFormat format_ = JournalFormat::unsigned_rows;
    Statement head_, receipt_, receipt_rows_, version_;
    Statement position_;            // of format_
    std::array<Statement, 8> rows_; // one for each form of reading; the rarer ones are prepared when first used
};

/// Whether a journal without a log may be read without SQLite's locks, so that no file is created beside it.
enum class Freezing : std::uint8_t { allowed, never };

/// A pool of readers of a journal. May be called from any thread.
class ReaderPool {
public:
    /// `registered` is of `file`.
    ReaderPool(const std::filesystem::path& file, storage::sqlite::RegisteredFile registered, Freezing freezing)
        : file_(file), registered_(std::move(registered)), freezing_(freezing) {}

    /// Returns the result of `query` for an idle or a new reader. Calls it again if another process changed the file
    /// meanwhile, so it must have no other effect. A reader whose query fails is closed.
    template <class Query>
    auto use(Query&& query) -> decltype(query(std::declval<JournalReader&>())) {
        for (;;) {
            auto lent = acquire();
            if (!lent) return std::unexpected(lent.error());
            auto result = query(*lent->reader);
            if (!is_valid(*lent)) continue;
            if (result) release(std::move(*lent));
            return result;
        }
    }

    /// Closes the idle readers.
    void close_idle();

private:
    struct Lent {
        std::unique_ptr<JournalReader> reader;
        std::optional<system::FileStatus> frozen; // what the file was like when it was opened without locks
    };

    [[nodiscard]] std::expected<Lent, Failure> open(const std::optional<system::FileStatus>& rest) const;
    [[nodiscard]] std::expected<Lent, Failure> acquire();
    [[nodiscard]] bool is_valid(const Lent& lent) const;
    void release(Lent lent);

    std::filesystem::path file_;
    storage::sqlite::RegisteredFile registered_;
    Freezing freezing_;
    std::mutex mutex_;
    std::vector<Lent> idle_;
};

/// Opens a cursor that borrows one of `readers`, which must outlive it, for each page.
[[nodiscard]] std::expected<std::unique_ptr<Cursor>, Failure>
open_cursor(ReaderPool& readers, const ReadOptions& reading);

/// Returns `failure` of opening `file` to read; or, if it means that SQLite could not make its index of the log here,
/// that the newest events cannot be read.
[[nodiscard]] Failure failure_to_read(const std::filesystem::path& file, const Failure& failure);

} // namespace evenfold::journal::sqlite
