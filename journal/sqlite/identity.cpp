#include "evenfold/journal/sqlite/identity.hpp"

#include <array>
#include <fmt/format.h>
#include <system_error>

#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"
#include "evenfold/system/file_note.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::journal::sqlite {

namespace {

using std::filesystem::path;
using storage::sqlite::beside;
using storage::sqlite::has_log;

constexpr const char* identity_tables = R"(
CREATE TABLE origin (name TEXT NOT NULL) STRICT;
CREATE TABLE journal_tail (
    origin TEXT    NOT NULL,
    head   INTEGER NOT NULL,
    base   INTEGER NOT NULL
) STRICT;
)";
constexpr const char* random_origin = R"(
INSERT INTO origin SELECT printf('journal/%s-%s-4%s-%s%s-%s', substr(r, 1, 8), substr(r, 9, 4), substr(r, 14, 3),
                                 substr('89ab', 1 + (random() & 3), 1), substr(r, 18, 3), substr(r, 21, 12))
    FROM (SELECT lower(hex(randomblob(16))) AS r);
)";
constexpr const char* first_tail = R"(
INSERT INTO journal_tail SELECT name, head, head FROM origin, (SELECT coalesce(max(sequence), 0) AS head FROM events);
)";

constexpr const char* path_note = "user.evenfold.path";
constexpr int tries_max = 10;
constexpr int contradictions_min = 3; // a writer could come and go during one comparison

/// The content of the file itself, without its log.
struct Alone {
    bool is_readable = false; // false while a checkpoint that was interrupted leaves it incomplete
    std::optional<Identity> identity;
    Sequence head = 0;
};

Failure foreign_log(const path& file, std::string_view because) {
    const std::string log = beside(file, "-wal").string();
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: the write-ahead log beside it, {}, does not continue this file: {}", file.string(),
                                log, because),
            .remedy =
                fmt::format("Find the file that the log belongs to, or the log of this file, and put both side by "
                            "side. Only if the events in the log are of no use, move {}, -shm and -lock away. "
                            "Nothing was changed.",
                            log)};
}

using Statuses = std::array<std::expected<system::FileStatus, int>, 2>;

Statuses statuses_of(const path& file) {
    return {system::status_of(file, system::Links::keep), system::status_of(beside(file, "-wal"), system::Links::keep)};
}

Alone read_alone(const path& file) {
    Alone alone;
    const auto database = JournalReader::connect(file, OpenMode::frozen);
    if (!database) return alone;
    const auto content = recognise(*database);
    if (!content) return alone;
    alone.is_readable = true;
    if (*content == Content::nothing) return alone;
    const auto head = database->number("SELECT max(sequence) FROM events");
    const auto identity = identity_of(*database);
    alone.is_readable = head && identity;
    if (!alone.is_readable) return alone;
    alone.head = static_cast<Sequence>(*head);
    alone.identity = *identity;
    // A page of events that is torn, or older than the row of the last append: only together with the log it is whole.
    alone.is_readable = !alone.identity || alone.head >= alone.identity->head;
    return alone;
}

/// Returns why a log that makes the journal `whole` cannot be the log of a file that says `alone`; empty if it can be.
std::string contradiction(const Alone& alone, const std::optional<Identity>& whole) {
    if (!alone.is_readable || (!alone.identity && !whole)) return {};
    if (!whole) return "the log is of a journal without an origin";
    if (!alone.identity) {
        if (alone.head >= whole->base && alone.head <= whole->head) return {};
        return fmt::format("the log is of {}", whole->origin);
    }
    if (whole->origin != alone.identity->origin)
        return fmt::format("the file is of {}, and the log of {}", alone.identity->origin, whole->origin);
    if (alone.head < whole->base)
        return fmt::format("the file ends with event {}, and the log begins after event {}, so the file is older",
                           alone.head, whole->base);
    if (alone.identity->head > whole->head)
        return fmt::format("the file ends with event {}, and the log with event {}, so the log is older",
                           alone.identity->head, whole->head);
    return {};
}

} // namespace

std::expected<std::optional<Identity>, Failure> identity_of(const Database& database) {
    const auto tables =
        database.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('origin', "
                        "'journal_tail')");
    if (!tables) return std::unexpected(tables.error());
    if (*tables == 0) return std::nullopt;
    Statement rows = database.prepare("SELECT t.origin, t.head, t.base, o.name FROM journal_tail t, origin o LIMIT 2");
    if (auto ready = check_ready(database, rows); !ready) return std::unexpected(ready.error());
    int code = rows.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(database.failure("read the origin"));
    if (code == SQLITE_DONE) return std::unexpected(damaged(database.file(), "the row of its origin is gone"));
    Identity identity{.origin = std::string(rows.bytes(0)),
                      .head = static_cast<Sequence>(rows.integer(1)),
                      .base = static_cast<Sequence>(rows.integer(2))};
    const std::string name(rows.bytes(3));
    code = rows.step();
    if (code == SQLITE_ROW) return std::unexpected(damaged(database.file(), "it has more than one origin"));
    if (code != SQLITE_DONE) return std::unexpected(database.failure("read the origin"));
    if (name == identity.origin) return identity;
    return std::unexpected(
        damaged(database.file(), fmt::format("its origin is {}, and its last append is of {}", name, identity.origin)));
}

std::expected<void, Failure> create_identity(const Database& database, std::string_view origin) {
    if (auto made = database.execute(identity_tables); !made) return made;
    if (origin.empty()) {
        if (auto named = database.execute(random_origin); !named) return named;
    } else {
        Statement name = database.prepare("INSERT INTO origin (name) VALUES (?1)");
        if (name.with(PlainText{origin}).step() != SQLITE_DONE) return std::unexpected(database.failure("name it"));
    }
    return database.execute(first_tail);
}

std::expected<void, Failure> add_identity(const Database& database) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto added = [&]() -> std::expected<void, Failure> {
        const auto lost =
            database.number("SELECT coalesce(max(first + count - 1), 0) - (SELECT coalesce(max(sequence), "
                            "0) FROM events) FROM receipts WHERE count > 0");
        if (!lost) return std::unexpected(lost.error());
        if (*lost > 0)
            return std::unexpected(damaged(
                database.file(), fmt::format("the last {} events that its receipts name are not there", *lost)));
        return create_identity(database, {});
    }();
    if (added) added = database.execute("COMMIT");
    if (!added) (void)database.execute("ROLLBACK"); // the first failure is the one to return
    return added;
}

std::expected<void, Failure> check_log(const Database& database, Access access) {
    const path& file = database.file();
    int contradictions = 0; // while nobody changed the files
    for (int tries = 0; has_log(file) && tries < tries_max; ++tries) {
        const auto before = statuses_of(file);
        const Alone alone = read_alone(file); // first, since a checkpoint in between makes it newer
        const auto whole = identity_of(database);
        std::string because;
        if (whole)
            because = contradiction(alone, *whole);
        else if (whole.error().kind == FailureKind::damaged && alone.is_readable)
            because = whole.error().what;
        else
            return std::unexpected(whole.error());
        if (because.empty()) return {};
        const bool is_stable = access != Access::read_only || database.is_alone();
        if (is_stable && before == statuses_of(file)) ++contradictions;
        if (contradictions == contradictions_min) return std::unexpected(foreign_log(file, because));
    }
    return {};
}

std::expected<void, Failure> check_former_path(const path& file) {
    const path former = system::note_of(file, path_note);
    std::error_code error;
    if (former.empty() || former == file || has_log(file) || !has_log(former) || std::filesystem::exists(former, error))
        return {};
    return std::unexpected(Failure{
        .kind = FailureKind::damaged,
        .what = fmt::format("{}: it was moved from {} without its write-ahead log {}, which has its newest events",
                            file.string(), former.string(), beside(former, "-wal").string()),
        .remedy = fmt::format("Move the log to {}. Only if its events are of no use, remove it instead.",
                              beside(file, "-wal").string())});
}

void note_path(const path& file) {
    if (system::note_of(file, path_note) != file.string()) (void)system::note_on(file, path_note, file.string());
}

} // namespace evenfold::journal::sqlite
