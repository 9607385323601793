#include "evenfold/reactors/git/worktree.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <system_error>
#include <unistd.h>

#include "evenfold/reactors/git/repository_lock.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/durable.hpp"

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view making = "making";
constexpr std::string_view made = "made";
constexpr std::string_view removing = "removing";

/// The record of a worktree, written before it is made and again afterwards: one line per field.
struct WorktreeRecord {
    std::string state;
    std::string path;
    std::string branch;
    std::string base; // the commit
};

fs::path record_file(const Repository& repository, const std::string& name) {
    return repository.common_dir / "evenfold" / "worktrees" / name;
}

std::optional<WorktreeRecord> read_record(const Repository& repository, const std::string& name) {
    std::ifstream file(record_file(repository, name), std::ios::binary);
    WorktreeRecord record;
    if (!std::getline(file, record.state) || !std::getline(file, record.path) || !std::getline(file, record.branch) ||
        !std::getline(file, record.base))
        return std::nullopt;
    return record;
}

std::expected<void, Failure>
write_record(const Repository& repository, const std::string& name, const WorktreeRecord& record) {
    const fs::path file = record_file(repository, name);
    if (auto ready = system::make_folders(file.parent_path()); !ready) return ready;
    const std::string text = record.state + "\n" + record.path + "\n" + record.branch + "\n" + record.base + "\n";
    return system::write_durably(file, repository.common_dir / "evenfold" / ("new-worktree-" + name), text);
}

bool is_word(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find_first_of("/\n\\") == std::string::npos &&
           !name.ends_with(".lock");
}

std::expected<void, Failure> check(const AddWorktree& wanted) {
    const std::string path = wanted.path.string();
    if (is_word(wanted.name) && wanted.path.is_absolute() && path.find('\n') == std::string::npos) return {};
    return std::unexpected(
        failure_of(FailureKind::invalid,
                   wanted.name + " at " + path + ": the name must be one component of a path, and the path absolute"));
}

std::expected<std::string, Failure> commit_named(git_repository* handle, const std::string& base) {
    ObjectHandle found;
    ObjectHandle commit;
    int code = git_revparse_single(out(found), handle, base.c_str());
    if (code == 0) code = git_object_peel(out(commit), found.get(), GIT_OBJECT_COMMIT);
    if (code != 0) return std::unexpected(library_failure(base, "look up the worktree's base", code));
    return to_text(from_oid(*git_object_id(commit.get())));
}

/// Removes git's data of the worktree.
std::expected<void, Failure> prune_worktree(git_repository* handle, const std::string& name) {
    WorktreeHandle worktree;
    if (git_worktree_lookup(out(worktree), handle, name.c_str()) == 0) {
        git_worktree_prune_options options{};
        (void)git_worktree_prune_options_init(&options, GIT_WORKTREE_PRUNE_OPTIONS_VERSION);
        options.flags = GIT_WORKTREE_PRUNE_VALID;
        if (const int code = git_worktree_prune(worktree.get(), &options))
            return std::unexpected(library_failure(name, "remove the worktree", code));
        return {};
    }
    // Remove a partly created worktree that libgit2 does not recognise.
    std::error_code error;
    const fs::path begun = fs::path(git_repository_commondir(handle)) / "worktrees" / name;
    fs::remove_all(begun, error);
    if (error) return std::unexpected(failure_of(begun, "remove", error.value()));
    return {};
}

std::expected<void, Failure> remove_files(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error); // follows no links
    if (error) return std::unexpected(failure_of(path, "remove the worktree", error.value()));
    return {};
}

/// Deletes the branch if it has no commit of its own.
std::expected<void, Failure> drop_branch(git_repository* handle, const WorktreeRecord& record) {
    ReferenceHandle branch;
    const int code = git_branch_lookup(out(branch), handle, record.branch.c_str(), GIT_BRANCH_LOCAL);
    if (code == GIT_ENOTFOUND) return {};
    if (code != 0) return std::unexpected(library_failure(record.branch, "look up the branch", code));
    const git_oid* target = git_reference_target(branch.get());
    if (!target || to_text(from_oid(*target)) != record.base) return {};
    if (const int deleted = git_reference_delete(branch.get()))
        return std::unexpected(library_failure(record.branch, "delete the branch", deleted));
    return {};
}

std::expected<ReferenceHandle, Failure> make_branch(git_repository* handle, const WorktreeRecord& record) {
    ReferenceHandle branch;
    CommitHandle commit;
    git_oid id{};
    int code = git_oid_fromstr(&id, record.base.c_str());
    if (code == 0) code = git_commit_lookup(out(commit), handle, &id);
    if (code == 0) code = git_branch_create(out(branch), handle, record.branch.c_str(), commit.get(), 0);
    if (code != 0) return std::unexpected(library_failure(record.branch, "make the branch", code));
    return branch;
}

std::expected<void, Failure> make(git_repository* handle, const std::string& name, const WorktreeRecord& record) {
    auto branch = make_branch(handle, record);
    if (!branch) return std::unexpected(branch.error());
    if (auto ready = system::make_folders(fs::path(record.path).parent_path()); !ready) return ready;
    git_worktree_add_options options{};
    (void)git_worktree_add_options_init(&options, GIT_WORKTREE_ADD_OPTIONS_VERSION);
    options.ref = branch->get();
    WorktreeHandle worktree;
    if (const int code = git_worktree_add(out(worktree), handle, name.c_str(), record.path.c_str(), &options))
        return std::unexpected(library_failure(record.path, "make the worktree", code));
    const system::Descriptor folder(::open(record.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::syncfs(folder.number()) != 0)
        return std::unexpected(failure_of(record.path, "flush the worktree", errno));
    return {};
}

/// Fails if that name, location or branch is taken before the record claims it.
std::expected<void, Failure>
check_free(const Repository& repository, git_repository* handle, const AddWorktree& wanted) {
    const auto taken = [](const std::string& what) {
        return std::unexpected(failure_of(FailureKind::exists, what + ": exists, and evenfold did not create it"));
    };
    std::error_code error;
    if (fs::exists(repository.common_dir / "worktrees" / wanted.name, error)) return taken("worktree " + wanted.name);
    if (fs::exists(fs::symlink_status(wanted.path, error))) return taken(wanted.path.string());
    ReferenceHandle branch;
    const int code = git_branch_lookup(out(branch), handle, wanted.branch.c_str(), GIT_BRANCH_LOCAL);
    if (code == 0) return taken("branch " + wanted.branch);
    if (code != GIT_ENOTFOUND) return std::unexpected(library_failure(wanted.branch, "look up the branch", code));
    return {};
}

std::expected<void, Failure> check_saved(const std::string& path) {
    RepositoryHandle handle;
    const int opened = open_handle(handle, path);
    if (opened == GIT_ENOTFOUND) return {}; // gone, or no longer a work tree
    if (opened != 0) return std::unexpected(library_failure(path, "look for changes", opened));
    git_status_options options{};
    (void)git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED;
    git_status_list* list = nullptr;
    if (const int code = git_status_list_new(&list, handle.get(), &options))
        return std::unexpected(library_failure(path, "look for changes", code));
    const std::size_t count = git_status_list_entrycount(list);
    git_status_list_free(list);
    if (count == 0) return {};
    return std::unexpected(
        failure_of(FailureKind::unsaved, path + ": " + std::to_string(count) + " uncommitted changes"));
}

} // namespace

std::expected<LinkedWorktree, Failure> add_worktree(const Repository& repository, const AddWorktree& wanted) {
    if (auto fit = check(wanted); !fit) return std::unexpected(fit.error());
    const auto lock = lock_worktrees(repository);
    if (!lock) return std::unexpected(lock.error());
    const auto handle = handle_of(repository);
    if (!handle) return std::unexpected(handle.error());
    auto record = read_record(repository, wanted.name);
    const bool same = record && record->path == wanted.path && record->branch == wanted.branch;
    if (record && !same) {
        return std::unexpected(failure_of(FailureKind::exists, wanted.name + ": a worktree of that name exists at " +
                                                                   record->path + ", on " + record->branch));
    }
    WorktreeHandle there;
    const bool stands = record && git_worktree_lookup(out(there), handle->get(), wanted.name.c_str()) == 0 &&
                        git_worktree_validate(there.get()) == 0;
    if (stands && record->state == made) return LinkedWorktree{.path = record->path, .branch = record->branch};
    if (record && record->state == made) {
        return std::unexpected(failure_of(FailureKind::not_found,
                                          record->path + ": the worktree " + wanted.name + " was removed by hand"));
    }
    if (!record) {
        const auto base = commit_named(handle->get(), wanted.base);
        if (!base) return std::unexpected(base.error());
        if (auto free = check_free(repository, handle->get(), wanted); !free) return std::unexpected(free.error());
        record = WorktreeRecord{
            .state = std::string(making), .path = wanted.path.string(), .branch = wanted.branch, .base = *base};
        if (auto written = write_record(repository, wanted.name, *record); !written)
            return std::unexpected(written.error());
    } else {
        if (auto removed = remove_files(record->path); !removed) return std::unexpected(removed.error());
        if (auto pruned = prune_worktree(handle->get(), wanted.name); !pruned) return std::unexpected(pruned.error());
        // A killed process left the lock file, because no caller knows this branch yet.
        if (record->state == making) ::unlink(repository.lock_of(record->branch).c_str());
        if (auto dropped = drop_branch(handle->get(), *record); !dropped) return std::unexpected(dropped.error());
    }
    if (auto done = make(handle->get(), wanted.name, *record); !done) return std::unexpected(done.error());
    record->state = made;
    if (auto written = write_record(repository, wanted.name, *record); !written)
        return std::unexpected(written.error());
    return LinkedWorktree{.path = record->path, .branch = record->branch};
}

std::expected<void, Failure> remove_worktree(const Repository& repository, const std::string& name, Unsaved unsaved) {
    if (!is_word(name))
        return std::unexpected(failure_of(FailureKind::invalid, name + ": not a valid name of a worktree"));
    const auto lock = lock_worktrees(repository);
    if (!lock) return std::unexpected(lock.error());
    const auto handle = handle_of(repository);
    if (!handle) return std::unexpected(handle.error());
    auto record = read_record(repository, name);
    WorktreeHandle there;
    const bool known = git_worktree_lookup(out(there), handle->get(), name.c_str()) == 0;
    if (!record && !known) return {};
    if (!record)
        return std::unexpected(failure_of(FailureKind::exists, "worktree " + name + ": evenfold did not create it"));
    if (known && git_worktree_is_locked(nullptr, there.get()) > 0)
        return std::unexpected(failure_of(FailureKind::busy, "worktree " + name + ": the user has locked it"));
    if (known && unsaved == Unsaved::keep && record->state != removing)
        if (auto saved = check_saved(record->path); !saved) return saved;
    record->state = removing;
    if (auto written = write_record(repository, name, *record); !written) return written;
    if (auto removed = remove_files(record->path); !removed) return removed;
    if (auto pruned = prune_worktree(handle->get(), name); !pruned) return pruned;
    if (auto dropped = drop_branch(handle->get(), *record); !dropped) return dropped;
    const fs::path file = record_file(repository, name);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return std::unexpected(failure_of(file, "remove", errno));
    return system::sync_path(file.parent_path());
}

} // namespace evenfold::git
