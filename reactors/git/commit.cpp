#include "evenfold/reactors/git/commit.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"
#include "evenfold/reactors/git/store/checkpoint_ref.hpp"
#include "evenfold/reactors/git/store/user_index.hpp"

namespace evenfold::git {

namespace {

constexpr std::string_view trailer_key = "Evenfold-Commit";

/// The parent of the new commit, and its files.
struct CommitBase {
    CommitHandle tip; // nullptr if the branch is unborn
    std::string branch;
    std::vector<TreeEntry> entries; // of the whole work tree
};

bool has_trailer(const char* message, const std::string& id) {
    git_message_trailer_array trailers{};
    if (git_message_trailers(&trailers, message) != 0) return false;
    bool found = false;
    for (std::size_t i = 0; i < trailers.count; ++i)
        found = found || (trailer_key == trailers.trailers[i].key && id == trailers.trailers[i].value);
    git_message_trailer_array_free(&trailers);
    return found;
}

std::expected<void, Failure> check_request(git_repository* handle, const CommitFiles& wanted) {
    const auto refuse = [&](FailureKind kind, std::string_view why) {
        return std::unexpected(failure_of(kind, wanted.id + ": " + std::string(why)));
    };
    if (wanted.id.empty() || wanted.id.find_first_of("\n\r ") != std::string::npos)
        return refuse(FailureKind::invalid, "the id must have at least one character, and no spaces or line breaks");
    if (wanted.message.find_first_not_of(" \n\t\r") == std::string::npos)
        return refuse(FailureKind::invalid, "the commit has no message");
    const int state = git_repository_state(handle);
    if (state != GIT_REPOSITORY_STATE_NONE && state != GIT_REPOSITORY_STATE_BISECT)
        return refuse(FailureKind::unfinished,
                      "a merge, a rebase or a similar operation is unfinished in the repository");
    return {};
}

std::expected<CommitBase, Failure> read_base(Objects& objects) {
    git_repository* handle = objects.handle();
    CommitBase base;
    ReferenceHandle head;
    const int code = git_repository_head(out(head), handle);
    if (code == GIT_EUNBORNBRANCH) {
        ReferenceHandle symbolic;
        if (const int looked = git_reference_lookup(out(symbolic), handle, "HEAD"))
            return std::unexpected(library_failure("HEAD", "look up", looked));
        const std::string_view target = git_reference_symbolic_target(symbolic.get());
        base.branch = target.starts_with("refs/heads/") ? target.substr(11) : target;
        return base;
    }
    if (code != 0) return std::unexpected(library_failure("HEAD", "look up", code));
    if (git_reference_is_branch(head.get()) != 0) base.branch = git_reference_shorthand(head.get());
    if (const int looked = git_commit_lookup(out(base.tip), handle, git_reference_target(head.get())))
        return std::unexpected(library_failure("HEAD", "read its commit", looked));
    auto entries = read_trees(from_oid(*git_commit_tree_id(base.tip.get())), objects);
    if (!entries) return std::unexpected(entries.error());
    base.entries = std::move(*entries);
    return base;
}

/// Returns the commit of the branch that was made for `id`, if it is among the newest; otherwise an empty text.
std::expected<std::string, Failure>
find_earlier_commit(git_repository* handle, const CommitBase& base, const std::string& id) {
    if (!base.tip) return std::string();
    RevwalkHandle walk;
    int code = git_revwalk_new(out(walk), handle);
    if (code == 0) code = git_revwalk_push(walk.get(), git_commit_id(base.tip.get()));
    git_oid at{};
    for (std::size_t i = 0; code == 0 && i < commits_searched_max; ++i) {
        code = git_revwalk_next(&at, walk.get());
        CommitHandle commit;
        if (code == 0) code = git_commit_lookup(out(commit), handle, &at);
        if (code == 0 && has_trailer(git_commit_message(commit.get()), id)) return to_text(from_oid(at));
    }
    // In a shallow clone, history ends where it was cut.
    if (code != 0 && code != GIT_ITEROVER && code != GIT_ENOTFOUND)
        return std::unexpected(library_failure("HEAD", "search its history", code));
    return std::string();
}

/// Returns the files of the checkpoint, or on the disk, without git's filters and without excluded files.
std::expected<CheckpointFiles, Failure>
read_raw_files(const Repository& repository, const RepositoryLock& lock, const CommitFiles& wanted, Objects& objects) {
    if (wanted.checkpoint) {
        auto files = read_checkpoint_files(*wanted.checkpoint, objects);
        if (files)
            std::erase_if(files->entries,
                          [&](const TreeEntry& entry) { return repository.is_excluded_now(entry.path); });
        return files;
    }
    StatCache cache(lock.cache_file(), lock.now());
    auto found = scan(repository, objects, cache);
    if (!found) return std::unexpected(found.error());
    if (auto finished = objects.finish(); !finished) return std::unexpected(finished.error());
    return CheckpointFiles{.entries = std::move(found->entries), .coverage = std::move(found->coverage)};
}

/// Returns whether the attributes name a filter that is a program; libgit2 implements only git's own two.
bool has_program_filter(git_repository* handle, const std::string& path) {
    const char* value = nullptr;
    if (git_attr_get(&value, handle, GIT_ATTR_CHECK_FILE_THEN_INDEX, path.c_str(), "filter") != 0) return false;
    if (git_attr_value(value) != GIT_ATTR_VALUE_STRING) return false;
    ConfigHandle config;
    Buffer command;
    if (git_repository_config_snapshot(out(config), handle) != 0) return true;
    const std::string name = std::string("filter.") + value;
    return git_config_get_string_buf(command, config.get(), (name + ".clean").c_str()) == 0 ||
           git_config_get_string_buf(command, config.get(), (name + ".process").c_str()) == 0;
}

/// Changes `entry` to git's stored form: its bytes put through the filters of its path.
std::expected<void, Failure> clean(Objects& objects, TreeEntry& entry) {
    if (entry.mode == FileMode::link || entry.mode == FileMode::repository) return {};
    if (has_program_filter(objects.handle(), entry.path)) {
        return std::unexpected(failure_of(FailureKind::unsupported,
                                          path_text(entry.path) + ": its filter is a program, which is not run"));
    }
    FilterListHandle filters;
    int code = git_filter_list_load(out(filters), objects.handle(), nullptr, entry.path.c_str(), GIT_FILTER_TO_ODB,
                                    GIT_FILTER_DEFAULT);
    if (code == 0 && !filters) return {};
    const auto raw = objects.read(ObjectKind::blob, entry.id);
    if (!raw) return std::unexpected(raw.error());
    Buffer cleaned;
    if (code == 0) code = git_filter_list_apply_to_buffer(cleaned, filters.get(), raw->data(), raw->size());
    if (code != 0) return std::unexpected(library_failure(path_text(entry.path), "run git's filters", code));
    const auto id = objects.add(ObjectKind::blob, cleaned.bytes());
    if (!id) return std::unexpected(id.error());
    entry.id = *id;
    return {};
}

/// Returns whether the commit leaves the entry of its base as it is: it is not in the folder, or not covered.
bool is_left_alone(const Repository& repository, const CheckpointFiles& raw, const TreeEntry& entry) {
    if (!entry.path.starts_with(repository.prefix)) return true;
    const auto path = std::string_view(entry.path).substr(repository.prefix.size());
    if (raw.coverage.lacks(path)) return true;
    return !find(raw.entries, path) && repository.is_excluded_now(path);
}

/// Replaces files by the entries of the index whose files on the disk must not be used.
void apply_flags(const Repository& repository, const UserIndex& index, std::vector<TreeEntry>& after) {
    for (const auto& [entry, unless_present] : index.flagged()) {
        if (!entry.path.starts_with(repository.prefix)) continue;
        const auto position = std::ranges::lower_bound(after, entry.path, {}, &TreeEntry::path);
        const bool is_present = position != after.end() && position->path == entry.path;
        if (!is_present)
            after.insert(position, entry);
        else if (!unless_present)
            *position = entry;
    }
}

/// Returns the files of the whole work tree after the commit: `raw` ones of the folder, the rest as in `base`.
std::expected<std::vector<TreeEntry>, Failure> merge_entries(const Repository& repository, Objects& objects,
                                                             const CommitBase& base, CheckpointFiles raw,
                                                             const UserIndex& index) {
    int file_mode = 1;
    ConfigHandle config;
    if (git_repository_config_snapshot(out(config), objects.handle()) == 0)
        (void)git_config_get_bool(&file_mode, config.get(), "core.filemode");
    std::vector<TreeEntry> after;
    const auto is_flagged = [&](const std::string& path) {
        const auto found = std::ranges::lower_bound(
            index.flagged(), path, {}, [](const auto& flagged) -> const std::string& { return flagged.entry.path; });
        return found != index.flagged().end() && found->entry.path == path && !found->unless_present;
    };
    for (const TreeEntry& entry : base.entries)
        if (is_left_alone(repository, raw, entry)) after.push_back(entry);
    for (TreeEntry& entry : raw.entries) {
        if (is_flagged(repository.prefix + entry.path)) continue;
        entry.path = repository.prefix + entry.path;
        const TreeEntry* before = find(base.entries, entry.path);
        const bool plain = entry.mode == FileMode::file || entry.mode == FileMode::executable;
        const bool was_plain = before && (before->mode == FileMode::file || before->mode == FileMode::executable);
        if (plain && file_mode == 0) entry.mode = was_plain ? before->mode : FileMode::file;
        if (!before || before->id != entry.id)
            if (auto cleaned = clean(objects, entry); !cleaned) return std::unexpected(cleaned.error());
        after.push_back(std::move(entry));
    }
    std::ranges::sort(after, {}, &TreeEntry::path);
    apply_flags(repository, index, after);
    return after;
}

std::string message_of(const CommitFiles& wanted) {
    std::string message = wanted.message;
    while (message.ends_with('\n') || message.ends_with(' ')) message.pop_back();
    git_message_trailer_array trailers{};
    const bool has_some = git_message_trailers(&trailers, (message + "\n").c_str()) == 0 && trailers.count > 0;
    git_message_trailer_array_free(&trailers);
    return message + (has_some ? "\n" : "\n\n") + std::string(trailer_key) + ": " + wanted.id + "\n";
}

std::expected<SignatureHandle, Failure> user_of(const Repository& repository, git_repository* handle) {
    SignatureHandle user;
    const int code = git_signature_default(out(user), handle);
    if (code == 0) return user;
    const Failure failure = library_failure(repository.folder.string(), "look for the user's name", code);
    return std::unexpected(failure_of(FailureKind::no_identity, failure.what));
}

/// Removes the lock file of the branch if it holds a commit for `id`. A killed evenfold process left that file, because
/// no other program knows the commit.
void remove_own_lock(const Repository& repository, git_repository* handle, const CommitBase& base,
                     const std::string& id) {
    const auto lock = base.branch.empty() ? repository.git_dir / "HEAD.lock" : repository.lock_of(base.branch);
    std::ifstream file(lock);
    std::string sha;
    git_oid held{};
    CommitHandle commit;
    if (!(file >> sha) || git_oid_fromstr(&held, sha.c_str()) != 0) return;
    if (git_commit_lookup(out(commit), handle, &held) != 0) return;
    if (has_trailer(git_commit_message(commit.get()), id)) ::unlink(lock.c_str());
}

std::expected<std::string, Failure> write_commit(git_repository* handle, const git_signature* user,
                                                 const CommitBase& base, const ObjectId& root,
                                                 const std::string& message) {
    TreeHandle tree;
    const git_oid root_id = to_oid(root);
    git_oid id{};
    int code = git_tree_lookup(out(tree), handle, &root_id);
    std::array<const git_commit*, 1> parents{base.tip.get()};
    if (code == 0)
        code = git_commit_create(&id, handle, "HEAD", user, user, nullptr, message.c_str(), tree.get(),
                                 base.tip ? 1 : 0, parents.data());
    if (code == 0) return to_text(from_oid(id));
    return std::unexpected(library_failure(git_repository_path(handle), "commit", code));
}

} // namespace

std::expected<CommitResult, Failure> commit(const Repository& repository, const CommitFiles& wanted) {
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    auto objects = Objects::on_disk(repository);
    if (!objects) return std::unexpected(objects.error());
    git_repository* handle = objects->handle();
    auto base = read_base(*objects);
    if (!base) return std::unexpected(base.error());
    auto before = find_earlier_commit(handle, *base, wanted.id);
    if (!before) return std::unexpected(before.error());
    if (!before->empty()) return CommitResult{.sha = *before, .branch = base->branch};
    if (auto fit = check_request(handle, wanted); !fit) return std::unexpected(fit.error());
    auto index = UserIndex::of(repository, handle);
    if (!index) return std::unexpected(index.error());

    auto raw = read_raw_files(repository, *lock, wanted, *objects);
    if (!raw) return std::unexpected(raw.error());
    const auto after = merge_entries(repository, *objects, *base, std::move(*raw), *index);
    if (!after) return std::unexpected(after.error());
    const auto root = write_trees(*after, *objects);
    if (!root) return std::unexpected(root.error());
    if (base->entries == *after) {
        return std::unexpected(failure_of(FailureKind::nothing_to_commit,
                                          repository.folder.string() + ": " + std::string(nothing_changed)));
    }
    if (auto finished = objects->finish(); !finished) return std::unexpected(finished.error());
    const auto user = user_of(repository, handle);
    if (!user) return std::unexpected(user.error());
    // Update the index before the branch: after a kill in between, the files are staged and a retry makes the commit.
    if (auto updated = index->update(*after); !updated) return std::unexpected(updated.error());
    remove_own_lock(repository, handle, *base, wanted.id);
    const auto sha = write_commit(handle, user->get(), *base, *root, message_of(wanted));
    if (!sha) return std::unexpected(sha.error());
    return CommitResult{.sha = *sha, .branch = base->branch};
}

} // namespace evenfold::git
