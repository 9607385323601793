#include "evenfold/journal/sqlite/schema.hpp"

#include <array>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <utility>

#include "evenfold/journal/sqlite/identity.hpp"
#include "evenfold/journal/sqlite/schema_check.hpp"
#include "evenfold/journal/sqlite/tables.hpp"

namespace evenfold::journal::sqlite {

namespace {

std::expected<void, Failure> execute_all(const Database& database, std::span<const std::string> statements) {
    for (const std::string& statement : statements) {
        if (auto made = database.execute(statement.c_str()); !made) return made;
    }
    return {};
}

std::expected<void, Failure> set_format(const Database& database, JournalFormat format) {
    return database.execute(fmt::format("PRAGMA user_version = {}", static_cast<int>(format)).c_str());
}

constexpr auto newest_format = static_cast<std::int64_t>(JournalFormat::signed_rows);

Failure newer(const Database& database, std::int64_t version) {
    return {.kind = FailureKind::newer_version,
            .what = fmt::format("{}: format version {}, but this evenfold reads versions up to {}",
                                database.file().string(), version, newest_format),
            .remedy = "Use the version of evenfold that wrote it, or a later one."};
}

std::expected<Content, Failure> recognise_ours(const Database& database, std::int64_t version) {
    if (version > newest_format) return std::unexpected(newer(database, version));
    if (version < 1) return std::unexpected(damaged(database.file(), "the format version is missing"));
    if (auto checked = check_schema(database, static_cast<JournalFormat>(version)); !checked)
        return std::unexpected(checked.error());
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

} // namespace

Failure not_a_journal(const std::filesystem::path& file, std::string_view because) {
    return {.kind = FailureKind::not_a_journal,
            .what = fmt::format("{}: not an evenfold journal: {}", file.string(), because),
            .remedy = "Pass another path; this file was not changed."};
}

Failure events_gone(const std::filesystem::path& file, const Receipt& receipt) {
    return damaged(file, fmt::format("the receipt of command {} names {} events from {}, which are not there",
                                     to_text(receipt.command), receipt.count, receipt.first));
}

std::expected<Content, Failure> recognise_now(const Database& database) {
    const auto application = database.number("PRAGMA application_id");
    if (!application) return std::unexpected(application.error());
    const auto version = database.number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*application == application_id) return recognise_ours(database, *version);
    if (*application != 0) {
        return std::unexpected(
            not_a_journal(database.file(), fmt::format("its application id is {:#x}", *application)));
    }
    const auto entries = database.number("SELECT count(*) FROM sqlite_schema");
    if (!entries) return std::unexpected(entries.error());
    if (*entries != 0 || *version != 0) {
        return std::unexpected(not_a_journal(database.file(), "it is a database of another application"));
    }
    return Content::nothing;
}

std::expected<Content, Failure> recognise(const Database& database) {
    // Reads in one transaction: another process may be creating the journal, and its tables without the application id
    // would look like another application's database.
    if (auto begun = database.execute("BEGIN"); !begun) return std::unexpected(begun.error());
    auto content = recognise_now(database);
    if (auto ended = database.execute("ROLLBACK"); !ended && content) return std::unexpected(ended.error());
    return content;
}

std::expected<void, Failure> check_domain(const Database& database, std::string_view domain) {
    if (domain.empty()) return {};
    const auto have = database.text("SELECT domain FROM journal");
    if (!have) return std::unexpected(have.error());
    if (*have == domain) return {};
    const std::string made_for = have->empty() ? "no domain in particular" : fmt::format("the domain {}", *have);
    return std::unexpected(Failure{
        .kind = FailureKind::other_domain,
        .what = fmt::format("{}: a journal of {}, not of the domain {}", database.file().string(), made_for, domain),
        .remedy = "Open it with the program that created it, or pass another path; this file was not changed."});
}

std::expected<void, Failure> check_ready(const Database& database, const Statement& statement) {
    if (statement.is_ready()) return {};
    const bool lacks_something = (statement.error() & 0xff) == SQLITE_ERROR;
    return std::unexpected(failure_of(
        database.file(), lacks_something ? "its tables are not those of its format" : "prepare to read and write",
        storage::sqlite::SqliteError{.code = statement.error(), .system_error = 0, .message = statement.message()}));
}

std::expected<void, Failure> create_tables(const Database& database, std::string_view domain, std::string_view origin) {
    if (auto made = execute_all(database, schema_statements(JournalFormat::unsigned_rows)); !made) return made;
    Statement name = database.prepare("INSERT INTO journal (domain) VALUES (?1)");
    if (name.with(domain).step() != SQLITE_DONE) return std::unexpected(database.failure("name the domain"));
    name.reset();
    if (auto made = create_identity(database, origin); !made) return made;
    const std::string mark = fmt::format("PRAGMA application_id = {}", application_id);
    if (auto marked = database.execute(mark.c_str()); !marked) return marked;
    return set_format(database, JournalFormat::unsigned_rows);
}

std::expected<void, Failure> add_signed_tables(const Database& database) {
    if (auto made = execute_all(database, signing_statements()); !made) return made;
    return set_format(database, JournalFormat::signed_rows);
}

std::expected<JournalFormat, Failure> format_of(const Database& database) {
    const auto version = database.number("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    return static_cast<JournalFormat>(*version);
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
                    .what = fmt::format("{}: {} is {}, not {}: a power failure could lose appended events",
                                        database.file().string(), name, *have, wanted),
                    .remedy = "Put the journal on a local file system that supports locks and shared memory."});
    }
    return {};
}

} // namespace evenfold::journal::sqlite
