#include "evenfold/journal/sqlite/journal_file.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <system_error>

#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/storage/sqlite/inode_registry.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"

namespace evenfold::journal::sqlite {

namespace {

using std::filesystem::path;
using storage::sqlite::beside;
using storage::sqlite::has_log;

constexpr std::uintmax_t page_bytes_min = 512;
constexpr std::uintmax_t page_bytes_max = 65'536;
constexpr std::string_view database_mark{"SQLite format 3\0", 16};
constexpr std::string_view rollback_mark = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
constexpr std::size_t pages_before_offset = 16; // in a rollback journal: how many pages to go back to
constexpr std::size_t version_offset = 60;      // in a database: PRAGMA user_version
constexpr std::size_t application_offset = 68;  // PRAGMA application_id
constexpr std::size_t entries_offset = 103;     // the number of tables, views and triggers according to the first page
constexpr std::size_t head_bytes = 105;

std::uintmax_t size_of(const path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

/// Returns the number in `count` bytes, most significant first.
std::uint32_t number_at(const std::string& bytes, std::size_t offset, std::size_t count) {
    std::uint32_t number = 0;
    for (std::size_t next = offset; next < offset + count; ++next)
        number = number << 8U | static_cast<std::uint8_t>(bytes[next]);
    return number;
}

Failure lost_beside_its_log(const path& file) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: the file is missing or empty, but its log {}-wal contains events", file.string(),
                                file.string()),
            .remedy = "Restore the file from a backup. If you do not need the log, move it to another folder."};
}

/// Refuses a rollback journal beside a journal. evenfold writes none once the tables exist, and SQLite would copy the
/// pages in it over those of the journal.
std::expected<void, Failure> check_rollback(const path& file) {
    const path rollback = beside(file, "-journal");
    if (!storage::sqlite::read_start(rollback, rollback_mark.size()).starts_with(rollback_mark)) return {};
    return std::unexpected(Failure{
        .kind = FailureKind::damaged,
        .what = fmt::format("{}: the rollback journal {} beside it would be copied into it, and evenfold did not "
                            "write it",
                            file.string(), rollback.string()),
        .remedy = "If another program was interrupted while it changed the file, open the file with that program "
                  "once; if not, move the rollback journal away. Keep copies of both."});
}

bool is_marked(const path& file) {
    const std::string head = storage::sqlite::read_start(file, head_bytes);
    return head.size() == head_bytes && head.starts_with(database_mark) &&
           number_at(head, application_offset, 4) == application_id;
}

/// Refuses a database whose first page says that it is another application's.
std::expected<void, Failure> check_marks(const path& file) {
    const std::string head = storage::sqlite::read_start(file, head_bytes);
    if (head.size() < head_bytes) return {}; // SQLite reports why
    if (!head.starts_with(database_mark)) return std::unexpected(not_a_journal(file, "it is not an SQLite database"));
    const std::uint32_t application = number_at(head, application_offset, 4);
    if (application == application_id) return {};
    if (application != 0)
        return std::unexpected(not_a_journal(file, fmt::format("its application id is {:#x}", application)));
    if (has_log(file)) return {}; // the log may contain a newer first page
    if (number_at(head, version_offset, 4) != 0 || number_at(head, entries_offset, 2) != 0)
        return std::unexpected(not_a_journal(file, "it is a database of another application"));
    return {};
}

} // namespace

bool is_creation_interrupted(const path& file) {
    if (size_of(file) > page_bytes_max) return false;
    const std::string rollback = storage::sqlite::read_start(beside(file, "-journal"), head_bytes);
    return rollback.size() >= pages_before_offset + 4 && rollback.starts_with(rollback_mark) &&
           number_at(rollback, pages_before_offset, 4) == 0;
}

Failure no_journal(const path& file) {
    return {.kind = FailureKind::not_a_journal,
            .what = fmt::format("{}: the file is empty, it contains no journal yet", file.string()),
            .remedy = "Check the path, or let the program create a journal."};
}

std::expected<void, Failure> check_file(const path& file, Access access) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
        if (has_log(file)) return std::unexpected(lost_beside_its_log(file));
        if (access == Access::create) return {};
        return std::unexpected(failure_of(file, "open", error ? error.value() : ENOENT));
    }
    if (!std::filesystem::is_regular_file(status)) {
        return std::unexpected(Failure{.kind = FailureKind::not_a_journal,
                                       .what = fmt::format("{}: not a regular file", file.string()),
                                       .remedy = "Pass the path of the journal file."});
    }
    const std::uintmax_t size = size_of(file);
    if (size < page_bytes_min && has_log(file)) return std::unexpected(lost_beside_its_log(file));
    if (is_marked(file)) return check_rollback(file);
    if (size == 0 || is_creation_interrupted(file)) {
        if (access == Access::create) return {};
        return std::unexpected(no_journal(file));
    }
    if (size_of(beside(file, "-journal")) > 0) return {}; // which SQLite must undo first
    if (size < page_bytes_min)
        return std::unexpected(
            not_a_journal(file, fmt::format("its {} bytes are too few for an SQLite database", size)));
    return check_marks(file);
}

} // namespace evenfold::journal::sqlite
