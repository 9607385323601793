#include "evenfold/bench/suite/stored/bare_sqlite.hpp"

#include <array>
#include <cstdlib>

#include "evenfold/core/values/sha256.hpp"

namespace evenfold::bench {
namespace {

void set(const auto& statement, int index, std::int64_t value) {
    sqlite3_bind_int64(statement.get(), index, value);
}

void set(const auto& statement, int index, std::string_view text) {
    sqlite3_bind_text(statement.get(), index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

std::string_view bytes(sqlite3_stmt* statement, int column) {
    const void* first = sqlite3_column_blob(statement, column);
    return {static_cast<const char*>(first), static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

constexpr std::array<char, 32> signature_bytes{"only their number matters here"};

constexpr std::array<std::string_view, 5> actors{"user", "agent", "reactor", "provider", "system"};

} // namespace

BareSqlite::BareSqlite(const std::filesystem::path& file, bool is_signed) : is_signed_(is_signed) {
    sqlite3* handle = nullptr;
    if (sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
        std::abort();
    handle_.reset(handle);
    sqlite3_exec(handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0;", nullptr,
                 nullptr, nullptr);
    sqlite3_wal_autocheckpoint(handle, 1000);
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    const std::string signature = is_signed ? ", salt, payload_hash, prev, mac, key" : "";
    const std::string columns = "sequence, stream, version, command, index_in_batch, actor, cause, correlation, at_ms, "
                                "stored_at_ms, type, type_version, data" +
                                signature;
    scan_ = prepare(("SELECT " + columns + " FROM events ORDER BY sequence").c_str());
    add_event_ = prepare(("INSERT INTO events (" + columns +
                          ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7, ?8, ?9, ?10, ?11, ?12" +
                          (is_signed ? ", ?13, ?14, ?15, ?16, 1)" : ")"))
                             .c_str());
    add_receipt_ = prepare("INSERT INTO receipts (command, fingerprint, first, count) VALUES (?1, ?2, ?3, ?4)");
    add_stream_ = prepare("INSERT INTO streams (id, name) VALUES (?1, ?2)");
}

BareSqlite::PreparedStatement BareSqlite::prepare(const char* sql) const {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        std::abort();
    return PreparedStatement(statement);
}

std::size_t BareSqlite::scan() {
    std::size_t rows = 0;
    std::uint64_t seen = 0;
    sqlite3_stmt* row = scan_.get();
    for (; sqlite3_step(row) == SQLITE_ROW; ++rows) {
        for (const int number : {0, 1, 2, 4, 6, 8, 9, 11})
            seen += static_cast<std::uint64_t>(sqlite3_column_int64(row, number));
        for (const int text : {3, 5, 7, 10, 12}) {
            for (const char byte : bytes(row, text)) seen += static_cast<unsigned char>(byte);
        }
        for (int hash = 13; is_signed_ && hash <= 16; ++hash) {
            for (const char byte : bytes(row, hash)) seen += static_cast<unsigned char>(byte);
        }
    }
    sqlite3_reset(row);
    return seen == 0 ? 0 : rows;
}

std::vector<BareSqlite::EventRow> BareSqlite::rows(std::span<const Accepted> group) {
    std::vector<EventRow> all;
    for (const Accepted& one : group) {
        const auto& events = one.batch.events;
        for (std::size_t index = 0; index < events.size(); ++index) {
            const auto next = static_cast<std::int64_t>(streams_.size()) + 1;
            const auto [held, is_new] =
                streams_.try_emplace(events[index].stream, StreamState{.id = next, .version = 0});
            all.push_back({.batch = &one.batch,
                           .event = &events[index],
                           .command = to_text(one.batch.command),
                           .sequence = ++head_,
                           .stream = held->second.id,
                           .version = ++held->second.version,
                           .index = static_cast<std::int64_t>(index),
                           .is_new_stream = is_new,
                           .is_last = index + 1 == events.size()});
        }
    }
    return all;
}

void BareSqlite::run(const PreparedStatement& statement) const {
    if (sqlite3_step(statement.get()) != SQLITE_DONE) std::abort();
    sqlite3_reset(statement.get());
}

void BareSqlite::insert(const EventRow& row) const {
    if (row.is_new_stream) {
        set(add_stream_, 1, row.stream);
        set(add_stream_, 2, row.event->stream);
        run(add_stream_);
    }
    set(add_event_, 1, row.sequence);
    set(add_event_, 2, row.stream);
    set(add_event_, 3, row.version);
    set(add_event_, 4, row.command);
    set(add_event_, 5, row.index);
    set(add_event_, 6, actors[static_cast<std::size_t>(row.batch->actor)]);
    set(add_event_, 7, row.command);
    set(add_event_, 8, row.batch->at.unix_ms);
    set(add_event_, 9, row.batch->stored_at.unix_ms);
    set(add_event_, 10, row.event->type);
    set(add_event_, 11, std::int64_t{row.event->type_version});
    set(add_event_, 12, row.event->data);
    if (is_signed_) {
        constexpr std::array<int, 4> sizes{16, 32, 32, 32};
        for (int i = 0; i < 4; ++i)
            sqlite3_bind_blob(add_event_.get(), 13 + i, signature_bytes.data(), sizes[static_cast<std::size_t>(i)],
                              SQLITE_STATIC);
    }
    run(add_event_);
    if (!row.is_last) return;
    set(add_receipt_, 1, row.command);
    set(add_receipt_, 2, row.batch->fingerprint);
    set(add_receipt_, 3, row.sequence - row.index);
    set(add_receipt_, 4, row.index + 1);
    run(add_receipt_);
}

void BareSqlite::insert(std::span<const EventRow> rows) {
    run(begin_);
    for (const EventRow& row : rows) insert(row);
    run(commit_);
}

std::string BareSqlite::digest(Sequence first) {
    Sha256 hash;
    for (const char* sql :
         {"SELECT sequence, stream, version, command, index_in_batch, actor, cause, correlation, at_ms, "
          "stored_at_ms, type, type_version, data FROM events WHERE sequence >= ?1 ORDER BY sequence",
          "SELECT * FROM receipts WHERE first >= ?1 ORDER BY first, command"}) {
        const PreparedStatement rows = prepare(sql);
        set(rows, 1, static_cast<std::int64_t>(first));
        while (sqlite3_step(rows.get()) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(rows.get()); ++column) {
                hash.update(bytes(rows.get(), column));
                hash.update("|");
            }
        }
    }
    return to_text(hash.finish());
}

} // namespace evenfold::bench
