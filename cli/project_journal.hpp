/// The journal of a project, which the program uses if neither --db nor EVENFOLD_DB names one: `.evenfold/journal.db`
/// in the project's folder, or an existing `evenfold.db`, the default of earlier versions. The project's folder is the
/// nearest one, from the current folder upwards, that has `.evenfold` or `.git`; else the current folder.
///
///     const auto journal = find_project_journal(std::filesystem::current_path());
///     if (journal) made = make_journal_folder(*journal, 0600); // before it is created
///
/// Errors: a link, or a file of another user, in these places. A project from elsewhere may contain it, so that it is
/// used only if the user names it, as with git's safe.directory.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>

#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

/// Returns the path of the journal for work in `folder`, an absolute path. Creates nothing. The search ends before a
/// folder that everybody may write, because anybody can put a journal there.
[[nodiscard]] std::expected<std::filesystem::path, system::Failure>
find_project_journal(const std::filesystem::path& folder);

/// Creates the folder of a journal that find_project_journal returned, unless it exists, with an ignore file for git.
/// `mode` has the permissions of the journal, which those of the folder follow.
[[nodiscard]] std::expected<void, system::Failure>
make_journal_folder(const std::filesystem::path& journal, std::uint32_t mode);

} // namespace evenfold::cli
