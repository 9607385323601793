/// The limit of a journal in SQLite: the same tables and settings, accessed only through SQLite's own interface.
/// Shape: a scan that reads every column of `events`, and INSERTs of rows that are prepared in advance.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <sqlite3.h>
#include <string>
#include <unordered_map>
#include <vector>

#include "evenfold/bench/suite/stored/stored.hpp"

namespace evenfold::bench {

class BareSqlite {
public:
    /// Opens the journal at `file` with the settings of a writer. If it is signed, the columns of signatures are read
    /// and written, too, without computing them.
    explicit BareSqlite(const std::filesystem::path& file, bool is_signed = false);

    /// Reads every column of every event. Returns the number of events.
    std::size_t scan();

    /// `insert` stores the events and receipts of `rows` in one transaction; their streams get the next numbers.
    struct EventRow;
    [[nodiscard]] std::vector<EventRow> rows(std::span<const Accepted> group);
    void insert(std::span<const EventRow> rows);

    /// Returns the digest of all events and receipts from `first` on, without signatures.
    [[nodiscard]] std::string digest(Sequence first);

private:
    struct StatementFinalizer {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    struct HandleCloser {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    using PreparedStatement = std::unique_ptr<sqlite3_stmt, StatementFinalizer>;

    [[nodiscard]] PreparedStatement prepare(const char* sql) const;
    void run(const PreparedStatement& statement) const;
    void insert(const EventRow& row) const;

    struct StreamState {
        std::int64_t id;
        std::int64_t version;
    };

    bool is_signed_;
    std::unique_ptr<sqlite3, HandleCloser> handle_;
    PreparedStatement begin_, commit_, scan_, add_event_, add_receipt_, add_stream_;
    std::unordered_map<std::string, StreamState> streams_;
    std::int64_t head_ = 0;
};

/// The values bound for one event; for the last of a batch, the receipt as well.
struct BareSqlite::EventRow {
    const journal::Batch* batch;
    const journal::NewEvent* event;
    std::string command;
    std::int64_t sequence, stream, version, index;
    bool is_new_stream, is_last;
};

} // namespace evenfold::bench
