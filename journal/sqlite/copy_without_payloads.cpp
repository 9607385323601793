#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "evenfold/journal/sqlite/identity.hpp"
#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/journal/sqlite/tables.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/storage/sqlite/inode_registry.hpp"
#include "evenfold/system/durable.hpp"

namespace evenfold::journal {

namespace {

using namespace sqlite;
using std::filesystem::path;

constexpr std::chrono::seconds copy_wait{10};

Failure exists_already(const path& file) {
    return {.kind = FailureKind::exists,
            .what = fmt::format("{}: the file exists already", file.string()),
            .remedy = "Name a file that does not exist; nothing was written."};
}

Failure is_signed_already(const path& file) {
    return {.kind = FailureKind::invalid,
            .what =
                fmt::format("{}: the journal is signed, so a copy without payloads would prove nothing", file.string()),
            .remedy = "Erase the payloads in it; its signatures stay valid."};
}

/// Copies the whole journal `from` into the empty file `copy`.
std::expected<void, Failure> copy_whole(const path& from, const path& copy) {
    const auto database = Database::open(from, OpenMode::read, copy_wait);
    if (!database) return std::unexpected(failure_to_read(from, database.error()));
    const auto content = recognise(*database);
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(no_journal(from));
    const auto format = format_of(*database);
    if (!format) return std::unexpected(format.error());
    if (*format != JournalFormat::unsigned_rows) return std::unexpected(is_signed_already(from));
    Statement copying = database->prepare("VACUUM INTO ?1");
    const auto more = next_row(*database, copying.with(copy.string()), "copy the journal");
    return more ? std::expected<void, Failure>() : std::unexpected(more.error());
}

/// Empties the payloads and gives the copy an origin of its own, in the transaction of the caller.
std::expected<void, Failure> change_copy(const Database& database, std::span<const chain::SequenceRange> removed) {
    if (auto lifted = database.execute("DROP TRIGGER events_refuse_UPDATE"); !lifted) return lifted;
    Statement empty = database.prepare("UPDATE events SET data = x'' WHERE sequence BETWEEN ?1 AND ?2");
    for (const chain::SequenceRange& range : removed) {
        const auto more = next_row(database, empty.with(range.first, range.last), "empty payloads");
        if (!more) return std::unexpected(more.error());
    }
    if (auto made = database.execute(event_update_trigger().c_str()); !made) return made;
    if (auto dropped = database.execute("DROP TABLE IF EXISTS origin; DROP TABLE IF EXISTS journal_tail"); !dropped)
        return dropped;
    return create_identity(database);
}

/// Empties payloads in `copy`, and rebuilds it, so that it has no bytes of them.
std::expected<void, Failure> empty_copy(const path& copy, std::span<const chain::SequenceRange> removed) {
    const auto database = Database::open(copy, OpenMode::write, copy_wait);
    if (!database) return std::unexpected(database.error());
    if (auto set = database->execute("PRAGMA secure_delete = ON; PRAGMA journal_mode = MEMORY"); !set) return set;
    auto changed = in_transaction(*database, [&] { return change_copy(*database, removed); });
    if (!changed) return changed;
    return database->execute("VACUUM");
}

} // namespace

std::expected<void, Failure>
copy_without_payloads(const path& from, const path& into, std::span<const chain::SequenceRange> removed) {
    const auto source = storage::sqlite::resolve(from);
    if (!source) return std::unexpected(source.error());
    if (auto recognised = check_file(*source, Access::read_only); !recognised) return recognised;
    const auto target = storage::sqlite::resolve(into);
    if (!target) return std::unexpected(target.error());
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(*target, error)))
        return std::unexpected(exists_already(*target));
    const path unfinished = storage::sqlite::beside(*target, "-unfinished");
    std::filesystem::remove(unfinished, error); // of an earlier attempt
    const auto mode = std::filesystem::status(*source, error).permissions();
    const auto permissions = static_cast<std::uint32_t>(mode & std::filesystem::perms::mask);
    if (auto made = storage::sqlite::create_file(unfinished, permissions); !made) return made;
    auto done = copy_whole(*source, unfinished);
    if (done) done = empty_copy(unfinished, removed);
    if (done) done = system::sync_path(unfinished);
    if (done) {
        std::filesystem::create_hard_link(unfinished, *target, error); // a rename would replace a file
        if (error) done = std::unexpected(failure_of(*target, "create", error.value()));
    }
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    if (!done) return done;
    return system::sync_path(target->parent_path());
}

} // namespace evenfold::journal
