#include "evenfold/storage/sqlite/file_names.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <string>
#include <system_error>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/system/own_file.hpp"

namespace evenfold::storage::sqlite {

namespace {

using std::filesystem::path;
using system::FileId;
using system::FileStatus;
using system::FileType;
using system::Links;

constexpr std::array<std::string_view, 4> companions{"-wal", "-shm", "-journal", "-lock"};
constexpr std::uint32_t others_may_write = 0022;
constexpr int links_max = 40; // as the system follows

Failure unsafe(const path& file, std::string_view why, std::string_view remedy) {
    return {
        .kind = FailureKind::unsafe, .what = fmt::format("{}: {}", file.string(), why), .remedy = std::string(remedy)};
}

std::expected<void, Failure> check_database(const path& file, const FileStatus& status) {
    if (status.type != FileType::regular) return {}; // the caller says what is wrong with it
    if (status.is_mount) {
        return std::unexpected(unsafe(file,
                                      "this file is mounted here from another place, so that a process there would "
                                      "use another write-ahead log for it",
                                      "Mount the folder of the journal instead of the file."));
    }
    if (status.links > 1) {
        return std::unexpected(unsafe(file,
                                      fmt::format("it has {} names (hard links), and a process that uses another one "
                                                  "would use another write-ahead log for it",
                                                  status.links),
                                      "Remove the other names (`find -samefile` lists them), or make a copy of its "
                                      "own: cp FILE COPY && mv COPY FILE."));
    }
    return {};
}

/// Returns whether a file of `owner` beside `database` is as trustworthy as the database itself.
bool is_trusted(std::uint32_t owner, const path& database) {
    if (system::is_own(owner)) return true;
    const auto status = system::status_of(database, Links::keep);
    if (status) return owner == status->owner || (status->mode & others_may_write) != 0;
    const auto folder = system::status_of(database.parent_path(), Links::follow);
    return folder && owner == folder->owner;
}

FileId id_of(const path& file) {
    const auto status = system::status_of(file, Links::keep);
    return status ? status->id : FileId{};
}

} // namespace

std::expected<path, Failure> resolve(const path& file) {
    std::error_code error;
    path resolved = std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error);
    // A link to a file that does not exist is left in the path: its target is the name of a journal to be created.
    for (int links = 0; !error && links < links_max; ++links) {
        const auto status = system::status_of(resolved, Links::keep);
        if (!status || status->type != FileType::link) return resolved;
        const path target = std::filesystem::read_symlink(resolved, error);
        if (!error) resolved = std::filesystem::weakly_canonical(resolved.parent_path() / target, error);
    }
    return std::unexpected(failure_of(file, "open", error ? error.value() : ELOOP));
}

path beside(const path& database, std::string_view ending) {
    return database.string() + std::string(ending);
}

std::expected<void, Failure> check_companion(const path& database, const path& file, const FileStatus& status) {
    return system::check_own(file, status,
                             {.type = FileType::regular,
                              .role = fmt::format("a file of the journal {}", database.string()),
                              .remedy = "Find out who put it there, then move it away; the journal is left as it is.",
                              .trusts = [&](std::uint32_t owner) { return is_trusted(owner, database); }});
}

std::expected<void, Failure> check_names(const path& database) {
    const auto status = system::status_of(database, Links::keep);
    if (status) {
        if (auto checked = check_database(database, *status); !checked) return checked;
    } else if (status.error() != ENOENT) {
        return std::unexpected(failure_of(database, "open", status.error()));
    }
    for (const std::string_view ending : companions) {
        const path file = beside(database, ending);
        const auto companion = system::status_of(file, Links::keep);
        if (!companion) continue;
        if (auto checked = check_companion(database, file, *companion); !checked) return checked;
    }
    return {};
}

Failure moved_away(const path& file) {
    return unsafe(file, "it was moved, removed or replaced while the journal was open",
                  "Put it back if you can, keep copies of all files, then open the journal again.");
}

PlacedFiles::PlacedFiles(const path& database) : database_(database) {
    std::ranges::transform(endings, ids_.begin(),
                           [&](std::string_view ending) { return id_of(beside(database, ending)); });
}

std::expected<void, Failure> PlacedFiles::check() const {
    for (std::size_t index = 0; index < endings.size(); ++index) {
        const path file = beside(database_, endings.at(index));
        if (id_of(file) == ids_.at(index)) continue;
        return std::unexpected(moved_away(file));
    }
    return {};
}

} // namespace evenfold::storage::sqlite
