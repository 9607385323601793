#include "evenfold/reactors/git/repository.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "evenfold/core/values/path.hpp"
#include "evenfold/reactors/git/files/journal_file.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/safe_directory.hpp"

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

/// Returns the path without the slash that libgit2 adds at its end.
fs::path plain(const char* path) {
    std::error_code error;
    fs::path found = fs::canonical(path, error);
    return error ? fs::path(path) : found;
}

/// Returns whether the work tree or its `.git` belongs to another user.
bool is_of_another_user(const fs::path& work_tree) {
    struct stat tree{};
    struct stat git{};
    return ::stat((work_tree / ".git").c_str(), &git) == 0 && ::stat(work_tree.c_str(), &tree) == 0 &&
           (git.st_uid != ::geteuid() || tree.st_uid != ::geteuid());
}

Failure refusal(const fs::path& folder, int code) {
    Failure failure = library_failure(folder.string(), "open the repository", code);
    const bool is_missing = failure.kind == FailureKind::not_found;
    if (!is_missing && failure.kind != FailureKind::foreign_owner) return failure;
    if (const auto tree = find_work_tree(folder); tree && (!is_missing || is_of_another_user(*tree))) {
        return {.kind = FailureKind::foreign_owner,
                .what = fmt::format("{}: the repository belongs to another user", tree->string()),
                .remedy =
                    fmt::format("If you trust it, run `git config --global --add safe.directory {}`.", tree->string())};
    }
    if (!is_missing) return failure;
    return failure_of(FailureKind::not_a_repository, fmt::format("{}: not a git repository", folder.string()));
}

/// Returns whether the repository ignores the folder and tracks none of its files.
std::expected<bool, Failure> is_foreign(git_repository* handle, const std::string& prefix) {
    int ignored = 0;
    if (const int code = git_ignore_path_is_ignored(&ignored, handle, prefix.c_str()))
        return std::unexpected(library_failure(prefix, "look for ignore rules", code));
    if (ignored == 0) return false;
    IndexHandle index;
    if (const int code = git_repository_index(out(index), handle))
        return std::unexpected(library_failure(prefix, "read the index", code));
    return git_index_find_prefix(nullptr, index.get(), prefix.c_str()) == GIT_ENOTFOUND;
}

constexpr std::string_view own_folder = ".evenfold";

/// Returns the identities of the journal, and of the files and folders beside it that exist.
std::vector<system::FileId> files_of(const fs::path& journal) {
    std::vector<system::FileId> files;
    std::error_code error;
    const fs::path real = journal.empty() ? fs::path() : fs::canonical(journal, error);
    for (const std::string_view ending : journal_endings) {
        if (real.empty() || error) break;
        const auto status = system::status_of(real.string() + std::string(ending), system::Links::keep);
        if (status) files.push_back(status->id);
    }
    return files;
}

constexpr int links_max = 40; // as many as Linux follows

/// Returns the paths in `folder` of the file and of each file that it links to.
std::vector<std::string> paths_in(const fs::path& folder, fs::path file) {
    std::vector<std::string> found;
    for (int links = 0; file.has_filename() && links <= links_max; ++links) {
        std::error_code error;
        const fs::path above = fs::canonical(fs::absolute(file, error).parent_path(), error);
        if (error) break;
        file = above / file.filename();
        if (is_within(above.string(), folder.string())) found.push_back(file.lexically_relative(folder).string());
        const fs::path target = fs::read_symlink(file, error);
        file = error ? fs::path() : above / target;
    }
    return found;
}

} // namespace

bool Repository::is_excluded(std::string_view path) const {
    if (std::ranges::any_of(excluded_prefixes, [&](const std::string& start) { return path.starts_with(start); }))
        return true;
    for (std::size_t end = 0; end != std::string_view::npos; path.remove_prefix(std::min(end + 1, path.size()))) {
        end = path.find('/');
        if (path.substr(0, end) == own_folder) return true;
    }
    return false;
}

bool Repository::is_excluded_now(std::string_view path) const {
    if (is_excluded(path)) return true;
    if (excluded_files.empty()) return false;
    const auto status = system::status_of(folder / path, system::Links::keep);
    return status && is_excluded(status->id);
}

std::expected<Repository, Failure> open(const fs::path& folder, const fs::path& excluded_file, std::stop_token stop) {
    std::error_code error;
    const fs::path here = fs::canonical(folder, error);
    if (error) return std::unexpected(failure_of(folder, "open the folder", error.value()));
    if (!fs::is_directory(here, error)) return std::unexpected(failure_of(folder, "open the folder", ENOTDIR));
    RepositoryHandle handle;
    if (const int code = open_handle(handle, here, 0)) return std::unexpected(refusal(here, code));
    const char* work_tree = git_repository_workdir(handle.get());
    if (!work_tree) {
        return std::unexpected(
            failure_of(FailureKind::bare, fmt::format("{}: a bare repository, without files", here.string())));
    }
    Repository found{.folder = here,
                     .work_tree = plain(work_tree),
                     .git_dir = plain(git_repository_path(handle.get())),
                     .common_dir = plain(git_repository_commondir(handle.get())),
                     .prefix = {},
                     .excluded_prefixes = paths_in(here, excluded_file),
                     .excluded_files = files_of(excluded_file),
                     .file_bytes_max = file_bytes_default,
                     .stop = std::move(stop),
                     .progress = std::make_shared<Progress>()};
    const auto is_in = [&](const fs::path& above) { return is_within(here.string(), above.string()); };
    if (is_in(found.git_dir) || is_in(found.common_dir) || !is_in(found.work_tree)) {
        return std::unexpected(
            failure_of(FailureKind::not_a_repository,
                       fmt::format("{}: not in the work tree of {}", here.string(), found.git_dir.string())));
    }
    if (here == found.work_tree) return found;
    found.prefix = here.lexically_relative(found.work_tree).string() + "/";
    const auto foreign = is_foreign(handle.get(), found.prefix);
    if (!foreign) return std::unexpected(foreign.error());
    if (*foreign) {
        return std::unexpected(
            failure_of(FailureKind::not_a_repository,
                       fmt::format("{}: ignored by the repository of {}", here.string(), found.work_tree.string())));
    }
    return found;
}

} // namespace evenfold::git
