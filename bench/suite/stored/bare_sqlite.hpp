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
    /// Opens the journal at `file` with the settings of a writer.
    explicit BareSqlite(const std::filesystem::path& file);

    /// Reads every column of every event. Returns the number of events.
    std::size_t scan();

    /// `insert` stores the events and receipts of `rows` in one transaction; their streams get the next numbers.
    struct Row;
    [[nodiscard]] std::vector<Row> rows(std::span<const Accepted> group);
    void insert(std::span<const Row> rows);

    /// Returns the digest of all events and receipts from `first` on.
    [[nodiscard]] std::string digest(Sequence first);

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    [[nodiscard]] Statement prepare(const char* sql) const;
    void run(const Statement& statement) const;
    void insert(const Row& row) const;

    struct Place {
        std::int64_t id;
        std::int64_t version;
    };

    std::unique_ptr<sqlite3, Close> handle_;
    Statement begin_, commit_, scan_, add_event_, add_receipt_, add_stream_;
    std::unordered_map<std::string, Place> places_;
    std::int64_t head_ = 0;
};

/// The values bound for one event; for the last of a batch, the receipt as well.
struct BareSqlite::Row {
    const journal::Batch* batch;
    const journal::NewEvent* event;
    std::string command;
    std::int64_t sequence, stream, version, index;
    bool is_new_stream, is_last;
};

} // namespace evenfold::bench
