#include "evenfold/cli/project_journal.hpp"

#include <optional>
#include <string>

#include "evenfold/system/durable.hpp"
#include "evenfold/system/own_file.hpp"

namespace evenfold::cli {
namespace {

using std::filesystem::path;
using system::Failure;
using system::FileStatus;
using system::FileType;
using system::Links;

constexpr std::string_view folder_name = ".evenfold";
constexpr std::string_view file_name = "journal.db";
constexpr std::string_view earlier_name = "evenfold.db";
constexpr std::uint32_t everybody_may_write = 0002;

std::expected<void, Failure> check(const path& file, const FileStatus& status, FileType type, std::string_view role) {
    return system::check_own(
        file, status,
        {.type = type,
         .has_one_name = false, // journal and storage refuse other names and mounts, with a remedy of their own
         .role = std::string(role),
         .remedy = "If you trust it, name the journal with --db or EVENFOLD_DB; if not, remove it, or choose another "
                   "file with --db."});
}

/// Returns the journal of a project whose folder is `folder`, or nothing if it is no project's folder.
std::expected<std::optional<path>, Failure> journal_in(const path& folder) {
    const path own = folder / folder_name;
    path journal = own / file_name;
    const path earlier = folder / earlier_name;
    const auto own_status = system::status_of(own, Links::keep);
    if (own_status) {
        if (auto checked = check(own, *own_status, FileType::folder, "the folder of the project's journal"); !checked)
            return std::unexpected(std::move(checked.error()));
    }
    for (const path& file : {journal, earlier}) {
        const auto status = system::status_of(file, Links::keep);
        if (!status) continue;
        if (auto checked = check(file, *status, FileType::regular, "the project's journal"); !checked)
            return std::unexpected(std::move(checked.error()));
        return file;
    }
    if (own_status || system::status_of(folder / ".git", Links::keep)) return journal;
    return std::nullopt;
}

bool is_writable_by_everybody(const path& folder) {
    const auto status = system::status_of(folder, Links::follow);
    return status && (status->mode & everybody_may_write) != 0;
}

} // namespace

std::expected<path, Failure> find_project_journal(const path& folder) {
    for (path at = folder;; at = at.parent_path()) {
        if (at != folder && is_writable_by_everybody(at)) break;
        auto found = journal_in(at);
        if (!found) return std::unexpected(std::move(found.error()));
        if (*found) return **found;
        if (!at.has_relative_path()) break; // the root of the file system
    }
    return folder / folder_name / file_name;
}

std::expected<void, Failure> make_journal_folder(const path& journal, std::uint32_t mode) {
    const path folder = journal.parent_path();
    if (folder.filename() != folder_name) return {};
    const std::uint32_t may_search = (mode & 0444U) >> 2U;
    if (auto made = system::make_folder(folder, mode | may_search); !made) return made;
    const auto status = system::status_of(folder, Links::keep);
    if (!status) return std::unexpected(system::failure_of(folder, "open the folder", status.error()));
    if (auto checked = check(folder, *status, FileType::folder, "the folder of the project's journal"); !checked)
        return checked;
    if (auto written = system::write_if_missing(folder / ".gitignore", mode, "*\n"); !written) return written;
    if (system::status_of(journal, Links::keep)) return {}; // the run that created it had made the folder durable
    return system::sync_path(folder.parent_path()); // the journal makes only the names in its own folder durable
}

} // namespace evenfold::cli
