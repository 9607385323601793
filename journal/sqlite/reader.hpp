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
struct Progress {
    Reading reading;
    Sequence head = 0;       // of the journal when the reading began
    Extent extent;           // the next number, and at most how many events are left
    bool is_running = false; // an event was read, so the one with the next number must be there as well
};

/// A connection for reading. Not for use by two threads at once.
class Reader {
public:
    /// Opens a read-only connection to any database.
    [[nodiscard]] static std::expected<Database, Failure> connect(const std::filesystem::path& file, Mode mode);

    /// Takes over a connection to a journal. Fails if the tables are not those of the format.
    [[nodiscard]] static std::expected<std::unique_ptr<Reader>, Failure> over(Database database);

    [[nodiscard]] std::expected<Sequence, Failure> head();

    /// Fills `page` with the next events and advances `progress`, which is unchanged after a Failure. Missing events
    /// before, between or after others are damage, and so are unreadable events.
    [[nodiscard]] std::expected<void, Failure> fill(Page& page, Progress& progress);

    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command);

private:
    explicit Reader(Database database);

    [[nodiscard]] Statement& rows_of(const Progress& progress);
    [[nodiscard]] std::expected<std::uint64_t, Failure>
    add(Page& page, const Reading& reading, const Statement& row) const;
    [[nodiscard]] std::expected<void, Failure> fill(Record& record, const Statement& row) const;
    [[nodiscard]] Failure missing(const Reading& reading, std::uint64_t number) const;
    [[nodiscard]] Failure not_readable(Sequence sequence) const;

    Database database_;
    Statement head_, receipt_;
    std::array<Statement, 8> rows_; // one for each form of reading; the rarer ones are prepared when first used
};

/// The idle readers of a journal. May be called from any thread.
class Readers {
public:
    Readers(const std::filesystem::path& file, Mode mode) : file_(file), mode_(mode) {}

    /// Calls `ask` with a reader. A reader that met an error is closed.
    template <class Ask>
    auto use(Ask&& ask) -> decltype(ask(std::declval<Reader&>())) {
        auto reader = borrow();
        if (!reader) return std::unexpected(reader.error());
        auto answer = ask(**reader);
        if (answer) give_back(std::move(*reader));
        return answer;
    }

    /// Closes the idle readers.
    void forget();

private:
    [[nodiscard]] std::expected<std::unique_ptr<Reader>, Failure> open() const;
    [[nodiscard]] std::expected<std::unique_ptr<Reader>, Failure> borrow();
    void give_back(std::unique_ptr<Reader> reader);

    std::filesystem::path file_;
    Mode mode_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Reader>> idle_;
};

/// Opens a cursor that borrows one of `readers`, which must outlive it, for each page.
[[nodiscard]] std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(Readers& readers, const Reading& reading);

/// Returns the failure that the log beside `file` holds events which cannot be read here.
[[nodiscard]] Failure log_out_of_reach(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite
