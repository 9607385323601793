/// The names of a database: one path without links, and the files that SQLite and evenfold keep beside it.
/// SQLite finds the write-ahead log by the database's name. Two processes that use two names of one file have two logs,
/// and each destroys what the other wrote. So a database is used by one name only, and all others are refused.
/// Shapes: `<database>-wal`, `-shm`, `-journal` and `-lock` in the same folder.
/// Source: https://sqlite.org/howtocorrupt.html, sections 2.5 to 2.8.
///
///     auto file = resolve("link/to/journal.db");
///     if (auto checked = check_names(*file); !checked) return std::unexpected(checked.error());
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <string_view>

#include "evenfold/system/failure.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::storage::sqlite {

/// Returns `file` as an absolute path without symbolic links, which outlives a change of the current folder. The file
/// need not exist, nor the target of a link.
[[nodiscard]] std::expected<std::filesystem::path, system::Failure> resolve(const std::filesystem::path& file);

/// Returns the path of the file beside `database` whose name ends in `ending`.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& database, std::string_view ending);

/// Refuses a database that has another name: a hard link, or a mount of the file. Refuses files beside it that are
/// links, mounts or no plain files, or that belong to another user. SQLite would write through them, or read
/// what somebody else prepared.
[[nodiscard]] std::expected<void, system::Failure> check_names(const std::filesystem::path& database);

/// Refuses `status`, of `file` beside `database`, as check_names does.
[[nodiscard]] std::expected<void, system::Failure> check_companion(const std::filesystem::path& database,
                                                                   const std::filesystem::path& file,
                                                                   const system::FileStatus& status);

/// Returns the failure that the name of an open file does not denote it any more.
[[nodiscard]] system::Failure moved_away(const std::filesystem::path& file);

/// The files of an open database, to find out whether their names still denote them.
class PlacedFiles {
public:
    PlacedFiles() = default;
    explicit PlacedFiles(const std::filesystem::path& database);

    /// Fails when the database, its log or the log's index was moved, removed or replaced. Data that is written to
    /// a file without its name would be lost.
    [[nodiscard]] std::expected<void, system::Failure> check() const;

    [[nodiscard]] system::FileId database_id() const { return ids_.front(); }

private:
    static constexpr std::array<std::string_view, 3> endings{"", "-wal", "-shm"};

    std::filesystem::path database_;
    std::array<system::FileId, endings.size()> ids_{};
};

} // namespace evenfold::storage::sqlite
