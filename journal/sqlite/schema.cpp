#include "evenfold/journal/sqlite/schema.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "evenfold/journal/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr const char* tables = R"(
CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name ANY NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
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
) STRICT;

CREATE TABLE receipts (
    command     TEXT    NOT NULL PRIMARY KEY,
    fingerprint ANY     NOT NULL,
    first       INTEGER NOT NULL,
    count       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW log AS
    SELECT sequence, streams.name AS stream, version, type, type_version, data, actor, cause, command, index_in_batch,
           correlation, at_ms, stored_at_ms
    FROM events JOIN streams ON streams.id = events.stream;
)";

constexpr std::array<const char*, 3> table_names = {"streams", "events", "receipts"};

std::expected<void, Failure> refuse_changes(const Database& database, std::string_view table) {
    for (const char* change : {"UPDATE", "DELETE"}) {
        const std::string trigger = fmt::format("CREATE TRIGGER {0}_refuse_{1} BEFORE {1} ON {0} "
                                                "BEGIN SELECT RAISE(ABORT, 'a journal is append only'); END",
                                                table, change);
        if (auto made = database.execute(trigger.c_str()); !made) return made;
    }
    return {};
}

std::expected<void, Failure> create_all(const Database& database) {
    if (auto made = database.execute(tables); !made) return made;
    for (const char* table : table_names) {
        if (auto made = refuse_changes(database, table); !made) return made;
    }
    const std::string marks =
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, format_version);
    return database.execute(marks.c_str());
}

Failure not_a_journal(const Database& database, std::string_view because) {
    return {.kind = FailureKind::not_a_journal,
            .what = fmt::format("{}: not an evenfold journal: {}", database.file().string(), because),
            .remedy = "Name another file; this one is left as it is."};
}

Failure newer(const Database& database, std::int64_t version) {
    return {.kind = FailureKind::newer_version,
            .what = fmt::format("{}: format version {}, this evenfold knows up to {}", database.file().string(),
                                version, format_version),
            .remedy = "Use the evenfold that wrote it, or a later one."};
}

std::expected<Content, Failure> recognise_ours(const Database& database, std::int64_t version) {
    if (version > format_version) return std::unexpected(newer(database, version));
    if (version < 1) return std::unexpected(damaged(database.file(), "the format version is missing"));
    for (const char* table : table_names) {
        const auto found = database.number(
            fmt::format("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{}'", table));
        if (!found) return std::unexpected(found.error());
        if (*found == 0) return std::unexpected(damaged(database.file(), fmt::format("the table {} is gone", table)));
    }
    return Content::journal;
}

struct Setting {
    const char* name;
    std::string_view wanted;
};

constexpr std::array<Setting, 5> settings = {{{"journal_mode", "wal"},
                                              {"synchronous", "2"},
                                              {"wal_autocheckpoint", "0"},
                                              {"mmap_size", "0"},
                                              {"locking_mode", "normal"}}};

constexpr std::array<std::string_view, 5> actor_names = {"user", "agent", "reactor", "provider", "system"};

} // namespace

std::string_view name_of(Actor actor) {
    return actor_names.at(static_cast<std::size_t>(actor));
}

std::optional<Actor> actor_named(std::string_view name) {
    const auto* const found = std::ranges::find(actor_names, name);
    if (found == actor_names.end()) return std::nullopt;
    return static_cast<Actor>(found - actor_names.begin());
}

std::expected<Content, Failure> recognise(const Database& database) {
    const auto application = database.number("PRAGMA application_id");
    if (!application) return std::unexpected(application.error());
    const auto version = database.number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*application == application_id) return recognise_ours(database, *version);
    if (*application != 0) {
        return std::unexpected(not_a_journal(database, fmt::format("its application id is {:#x}", *application)));
    }
    const auto entries = database.number("SELECT count(*) FROM sqlite_schema");
    if (!entries) return std::unexpected(entries.error());
    if (*entries != 0 || *version != 0) {
        return std::unexpected(not_a_journal(database, "it is the database of another application"));
    }
    return Content::nothing;
}

std::expected<void, Failure> create_tables(const Database& database) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto made = create_all(database);
    if (made) made = database.execute("COMMIT");
    if (!made) (void)database.execute("ROLLBACK"); // the first failure is the one to tell
    return made;
}

std::expected<void, Failure> make_durable(const Database& database) {
    return database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0;");
}

std::expected<void, Failure> check_durable(const Database& database) {
    for (const auto& [name, wanted] : settings) {
        const auto have = database.text(fmt::format("PRAGMA {}", name));
        if (!have) return std::unexpected(have.error());
        if (*have == wanted || (have->empty() && wanted == "0")) continue;
        return std::unexpected(
            Failure{.kind = FailureKind::weaker,
                    .what = fmt::format("{}: {} is {}, not {}: an append could be lost with the power",
                                        database.file().string(), name, *have, wanted),
                    .remedy = "Put the journal on a local file system that supports locks and shared memory."});
    }
    return {};
}

} // namespace evenfold::journal::sqlite
