#include "evenfold/journal/sqlite/tables.hpp"

#include <array>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <utility>

namespace evenfold::journal::sqlite {

namespace {

// SQLite stores the text of a statement without its semicolon.
constexpr std::array<std::string_view, 4> table_statements{
    R"(CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name ANY NOT NULL UNIQUE
) STRICT)",
    R"(CREATE TABLE events (
    sequence       INTEGER PRIMARY KEY,
    stream         INTEGER NOT NULL REFERENCES streams (id),
    version        INTEGER NOT NULL,
    command        TEXT    NOT NULL,
    index_in_batch INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    cause          INTEGER,
    correlation    TEXT    NOT NULL,
    at_ms          INTEGER NOT NULL,
    stored_at_ms   INTEGER NOT NULL,
    type           ANY     NOT NULL,
    type_version   INTEGER NOT NULL,
    data           ANY     NOT NULL,
    UNIQUE (stream, version)
) STRICT)",
    R"(CREATE TABLE receipts (
    command     TEXT    NOT NULL PRIMARY KEY,
    fingerprint ANY     NOT NULL,
    first       INTEGER NOT NULL,
    count       INTEGER NOT NULL
) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE journal (
    domain ANY NOT NULL
) STRICT)"};

constexpr std::string_view log_query = R"(CREATE VIEW log AS
    SELECT sequence, streams.name AS stream, version, type, type_version, data, actor, cause, command, index_in_batch,
           correlation, at_ms, stored_at_ms
    FROM events JOIN streams ON streams.id = events.stream)";

struct TableRule {
    const char* name;
    const char* taken; // whether a row exists with the key of the new one; INSERT OR REPLACE would delete it
};

constexpr std::array<std::string_view, 6> signed_table_statements{
    R"(CREATE TABLE keys (
    number INTEGER PRIMARY KEY,
    id     TEXT    NOT NULL UNIQUE,
    scheme TEXT    NOT NULL,
    first  INTEGER NOT NULL,
    root   BLOB    NOT NULL,
    by_old BLOB,
    by_new BLOB    NOT NULL,
    at_ms  INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE empty_receipts (
    number  INTEGER PRIMARY KEY,
    command TEXT    NOT NULL UNIQUE,
    mac     BLOB    NOT NULL,
    key     INTEGER NOT NULL
) STRICT)",
    R"(CREATE TABLE heads (
    size     INTEGER PRIMARY KEY,
    root     BLOB    NOT NULL,
    frontier BLOB    NOT NULL,
    at_ms    INTEGER NOT NULL,
    note     TEXT    NOT NULL
) STRICT)",
    R"(CREATE TABLE tiles (
    level  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB    NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE removals (
    number INTEGER PRIMARY KEY, note TEXT NOT NULL
) STRICT)",
    R"(CREATE TABLE anchorings (
    size     INTEGER NOT NULL,
    anchor   TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    response TEXT,
    PRIMARY KEY (size, anchor)
) STRICT)"};

std::string trigger(std::string_view table, std::string_view change, std::string_view when) {
    return fmt::format("CREATE TRIGGER {0}_refuse_{1} BEFORE {1} ON {0} WHEN {2} "
                       "BEGIN SELECT RAISE(ABORT, 'a journal is append only'); END",
                       table, change, when);
}

void append_triggers(std::vector<std::string>& statements, std::span<const TableRule> tables) {
    for (const TableRule& table : tables) {
        const std::array<std::pair<const char*, const char*>, 3> changes = {
            {{"UPDATE", "1"}, {"DELETE", "1"}, {"INSERT", table.taken}}};
        for (const auto& [change, when] : changes) statements.push_back(trigger(table.name, change, when));
    }
}

// SQLite adds a column behind the last one, before the constraints of the table.
constexpr std::string_view last_plain_column = "    data           ANY     NOT NULL";
constexpr std::array<std::string_view, 6> signed_columns{"salt BLOB", "payload_hash BLOB", "prev BLOB",
                                                         "mac BLOB",  "key INTEGER",       "removed INTEGER"};

constexpr std::string_view signed_log_query = R"(CREATE VIEW log AS
    SELECT sequence, streams.name AS stream, version, type, type_version, data, actor, cause, command, index_in_batch,
           correlation, at_ms, stored_at_ms, lower(hex(payload_hash)) AS payload_hash,
           (SELECT lower(hex(p.mac)) FROM events p
            WHERE p.stream = events.stream AND p.version = events.version - 1) AS prev_hash,
           lower(hex(prev)) AS prev, lower(hex(mac)) AS signature, key, removed
    FROM events JOIN streams ON streams.id = events.stream)";

constexpr std::array<TableRule, 4> table_list = {
    {{"streams", "EXISTS (SELECT 1 FROM streams WHERE id = NEW.id) OR "
                 "EXISTS (SELECT 1 FROM streams WHERE name = NEW.name)"},
     {"events", "EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence) OR "
                "EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)"},
     {"receipts", "EXISTS (SELECT 1 FROM receipts WHERE command = NEW.command)"},
     {"journal", "EXISTS (SELECT 1 FROM journal)"}}};

constexpr std::array<TableRule, 6> signed_table_list = {
    {{"keys", "EXISTS (SELECT 1 FROM keys WHERE number = NEW.number) OR EXISTS (SELECT 1 FROM keys WHERE id = NEW.id)"},
     {"empty_receipts", "EXISTS (SELECT 1 FROM empty_receipts WHERE number = NEW.number) OR "
                        "EXISTS (SELECT 1 FROM empty_receipts WHERE command = NEW.command)"},
     {"heads", "EXISTS (SELECT 1 FROM heads WHERE size = NEW.size)"},
     {"tiles", "EXISTS (SELECT 1 FROM tiles WHERE level = NEW.level AND number = NEW.number)"},
     {"removals", "EXISTS (SELECT 1 FROM removals WHERE number = NEW.number)"},
     {"anchorings", "EXISTS (SELECT 1 FROM anchorings WHERE size = NEW.size AND anchor = NEW.anchor)"}}};

} // namespace

std::vector<std::string> schema_statements(JournalFormat format) {
    std::vector<std::string> all(table_statements.begin(), table_statements.end());
    append_triggers(all, table_list);
    if (format == JournalFormat::unsigned_rows) {
        all.emplace_back(log_query);
        return all;
    }
    std::string& events = all[1];
    std::size_t end = events.find(last_plain_column) + last_plain_column.size();
    for (const std::string_view column : signed_columns) {
        events.insert(end, fmt::format(", {}", column));
        end += column.size() + 2;
    }
    all.insert(all.end(), signed_table_statements.begin(), signed_table_statements.end());
    append_triggers(all, signed_table_list);
    all.emplace_back(signed_log_query);
    return all;
}

std::vector<std::string> signing_statements() {
    std::vector<std::string> statements;
    for (const std::string_view column : signed_columns)
        statements.push_back(fmt::format("ALTER TABLE events ADD COLUMN {}", column));
    statements.insert(statements.end(), signed_table_statements.begin(), signed_table_statements.end());
    append_triggers(statements, signed_table_list);
    statements.emplace_back("DROP VIEW log");
    statements.emplace_back(signed_log_query);
    return statements;
}

std::string event_update_trigger() {
    return trigger("events", "UPDATE", "1");
}

std::string stream_query(JournalFormat format) {
    const std::string_view mac = format == JournalFormat::signed_rows
                                     ? "(SELECT mac FROM events WHERE stream = id ORDER BY version DESC LIMIT 1)"
                                     : "NULL";
    return fmt::format("SELECT id, (SELECT coalesce(max(version), 0) FROM events WHERE stream = id), {} FROM streams "
                       "WHERE name = ?1",
                       mac);
}

std::string event_insertion(JournalFormat format) {
    const bool is_signed = format == JournalFormat::signed_rows;
    return fmt::format("INSERT INTO events (sequence, stream, version, command, index_in_batch, actor, cause, "
                       "correlation, at_ms, stored_at_ms, type, type_version, data{}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                       "?7, ?8, ?9, ?10, ?11, ?12, ?13{})",
                       is_signed ? ", salt, payload_hash, prev, mac, key, removed" : "",
                       is_signed ? ", ?14, ?15, ?16, ?17, ?18, ?19" : "");
}

} // namespace evenfold::journal::sqlite
