/// The limit of a journal in SQLite: the same tables and settings, asked by nothing but SQLite's own interface.
/// Shape: a scan that touches every column of `events`, and INSERTs of rows that are known beforehand.
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
    /// Opens the journal at `file` as a writer of it does.
    explicit BareSqlite(const std::filesystem::path& file);

    /// Touches every byte's worth of every column of every event; answers how many events there are.
    std::size_t scan();

    /// One transaction with the events and receipts of `group`, whose streams get the next numbers.
    struct Row;
    [[nodiscard]] std::vector<Row> rows(std::span<const Accepted> group);
    void insert(std::span<const Row> rows);

    /// The digest of all events and receipts from `first` on.
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

/// What is bound for one event; of a batch's last, the receipt as well.
struct BareSqlite::Row {
    const journal::Batch* batch;
    const journal::NewEvent* event;
    std::string command;
    std::int64_t sequence, stream, version, index;
    bool is_new_stream, is_last;
};

} // namespace evenfold::bench
