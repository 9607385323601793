#include "evenfold/reactors/git/changes.hpp"

#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"
#include "evenfold/reactors/git/store/checkpoint_ref.hpp"
#include "evenfold/reactors/git/store/diff.hpp"

namespace evenfold::git {

namespace {

std::expected<git_oid, Failure> tree_of(git_repository* handle, const std::string& ref) {
    if (auto fit = check_ref(ref); !fit) return std::unexpected(fit.error());
    const auto commit = commit_of(handle, ref);
    if (!commit) return std::unexpected(commit.error());
    return *git_commit_tree_id(commit->get());
}

std::expected<git_oid, Failure> tree_of_files(const Repository& repository, Objects& objects) {
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    StatCache cache(lock->cache_file(), lock->now());
    const auto found = scan(repository, objects, cache);
    if (!found) return std::unexpected(found.error());
    const auto tree = write_trees(found->entries, objects);
    if (!tree) return std::unexpected(tree.error());
    return to_oid(*tree);
}

ChangeKind kind_of(const git_diff_delta& delta) {
    switch (delta.status) {
    case GIT_DELTA_ADDED: return ChangeKind::added;
    case GIT_DELTA_DELETED: return ChangeKind::deleted;
    case GIT_DELTA_RENAMED: return ChangeKind::renamed;
    default: break;
    }
    const bool same = git_oid_equal(&delta.old_file.id, &delta.new_file.id) != 0;
    return same ? ChangeKind::mode_changed : ChangeKind::modified;
}

std::expected<void, Failure> add_text(git_diff* diff, std::size_t delta_index, FileChange& change) {
    PatchHandle patch;
    Buffer text;
    int code = git_patch_from_diff(out(patch), diff, delta_index);
    if (code == 0 && patch) code = git_patch_to_buf(text, patch.get());
    if (code != 0) return std::unexpected(library_failure(change.path, "compare the file", code));
    if (!patch) return {};
    change.text = text.bytes();
    change.is_binary = (git_patch_get_delta(patch.get())->flags & GIT_DIFF_FLAG_BINARY) != 0;
    return {};
}

} // namespace

std::expected<std::vector<FileChange>, Failure> find_changes(const Repository& repository, const DiffRequest& wanted) {
    auto objects = wanted.to ? Objects::only_ids(repository) : Objects::in_memory(repository);
    if (!objects) return std::unexpected(objects.error());
    git_repository* handle = objects->handle();
    const auto from = tree_of(handle, wanted.from);
    if (!from) return std::unexpected(from.error());
    const auto to = wanted.to ? tree_of(handle, *wanted.to) : tree_of_files(repository, *objects);
    if (!to) return std::unexpected(to.error());
    auto diff = diff_of_trees(handle, &*from, &*to);
    if (!diff) return std::unexpected(diff.error());
    if (git_diff_num_deltas(diff->get()) <= renames_max) {
        git_diff_find_options options{};
        (void)git_diff_find_options_init(&options, GIT_DIFF_FIND_OPTIONS_VERSION);
        options.flags = GIT_DIFF_FIND_RENAMES;
        options.rename_limit = renames_max;
        if (const int code = git_diff_find_similar(diff->get(), &options))
            return std::unexpected(library_failure(wanted.from, "look for renamed files", code));
    }
    std::vector<FileChange> found;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff->get()); ++i) {
        const git_diff_delta& delta = *git_diff_get_delta(diff->get(), i);
        FileChange change{.kind = kind_of(delta),
                          .path = path_text(delta.new_file.path),
                          .old_path = path_text(delta.old_file.path),
                          .is_binary = false,
                          .text = {}};
        if (wanted.with_text)
            if (auto added = add_text(diff->get(), i, change); !added) return std::unexpected(added.error());
        found.push_back(std::move(change));
    }
    return found;
}

} // namespace evenfold::git
