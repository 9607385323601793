#include "evenfold/reactors/git/store/user_index.hpp"

#include <limits>
#include <sys/stat.h>

namespace evenfold::git {

namespace {

constexpr unsigned assume_unchanged = 0x8000; // of an entry's flags; gitformat-index(5)

TreeEntry entry_of(const git_index_entry& found) {
    return {.path = found.path, .mode = static_cast<FileMode>(found.mode), .id = from_oid(found.id)};
}

/// Returns when `file` was last written, in seconds since the epoch; the earliest time if that is unknown.
std::int64_t written_at(const std::string& file) {
    struct stat status{};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mtim.tv_sec : std::numeric_limits<std::int64_t>::min();
}

/// Makes git compare the content of the file of `found`. Git trusts a cached file status that is older than the index
/// by a second or more, and the index is about to become newer.
/// Source: git's Documentation/technical/racy-git.txt; libgit2 compares nanoseconds, which git does not.
int distrust_status(git_index* index, const git_index_entry& found) {
    const std::string path = found.path; // adding replaces `found`
    git_index_entry distrusted = found;
    distrusted.path = path.c_str();
    distrusted.file_size = 0;
    return git_index_add(index, &distrusted);
}

} // namespace

std::expected<UserIndex, Failure> UserIndex::of(const Repository& repository, git_repository* handle) {
    const std::string shown = (repository.git_dir / "index").string();
    const std::int64_t written_s = written_at(shown); // before it is read, so that a later write cannot hide a change
    IndexHandle index;
    if (const int code = git_repository_index(out(index), handle))
        return std::unexpected(library_failure(shown, "read the index", code));
    if (git_index_has_conflicts(index.get()) != 0)
        return std::unexpected(failure_of(FailureKind::unfinished, shown + ": files are in conflict"));
    ConfigHandle config;
    int is_sparse = 0;
    if (git_repository_config_snapshot(out(config), handle) == 0)
        (void)git_config_get_bool(&is_sparse, config.get(), "core.sparsecheckout");
    std::vector<FlaggedEntry> flagged;
    for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
        const git_index_entry* found = git_index_get_byindex(index.get(), i);
        const bool is_skipped = (found->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
        const bool is_assumed = (found->flags & assume_unchanged) != 0;
        if (is_skipped || is_assumed)
            flagged.push_back({.entry = entry_of(*found), .unless_present = is_sparse != 0 && !is_assumed});
    }
    return UserIndex(shown, written_s, std::move(index), std::move(flagged));
}

std::expected<void, Failure> UserIndex::update(std::span<const TreeEntry> entries) {
    std::vector<std::string> gone;
    for (std::size_t i = 0; i < git_index_entrycount(index_.get()); ++i) {
        const git_index_entry* found = git_index_get_byindex(index_.get(), i);
        if (!find(entries, found->path)) gone.emplace_back(found->path);
    }
    int code = 0;
    for (std::size_t i = 0; code == 0 && i < gone.size(); ++i)
        code = git_index_remove(index_.get(), gone[i].c_str(), 0);
    for (std::size_t i = 0; code == 0 && i < entries.size(); ++i) {
        const git_index_entry* found = git_index_get_bypath(index_.get(), entries[i].path.c_str(), 0);
        if (found && (found->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) == 0 && entry_of(*found) == entries[i]) {
            if (found->mtime.seconds >= written_s_) code = distrust_status(index_.get(), *found);
            continue;
        }
        git_index_entry fresh{};
        fresh.path = entries[i].path.c_str();
        fresh.mode = static_cast<std::uint32_t>(entries[i].mode);
        fresh.id = to_oid(entries[i].id);
        code = git_index_add(index_.get(), &fresh);
    }
    if (code == 0) code = git_index_write(index_.get());
    if (code == GIT_ELOCKED) return std::unexpected(failure_of_lock(shown_ + ".lock"));
    if (code != 0) return std::unexpected(library_failure(shown_, "write the index", code));
    return {};
}

} // namespace evenfold::git
