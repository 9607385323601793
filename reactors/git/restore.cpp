#include "evenfold/reactors/git/restore.hpp"

#include <fmt/format.h>
#include <vector>

#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/restore_plan.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"

namespace evenfold::git {

namespace {

using TreeEntries = std::vector<TreeEntry>;

/// Reads a checkpoint without the files that no restore touches.
std::expected<TreeEntries, Failure>
read_target(const Repository& repository, const std::string& ref, const Objects& objects) {
    auto target = read_checkpoint(ref, objects);
    if (target) std::erase_if(*target, [&](const TreeEntry& entry) { return repository.is_excluded_now(entry.path); });
    return target;
}

/// Makes the planned changes.
class RestoreOperation {
public:
    RestoreOperation(const RestoreInput& input, RestorePlan plan) : in_(input), plan_(std::move(plan)) {
        done_.kept = std::move(plan_.kept);
    }

    [[nodiscard]] std::expected<RestoreCounts, Failure> run();

private:
    [[nodiscard]] std::expected<void, Failure> begin_file() const;
    [[nodiscard]] std::expected<void, Failure> write(const TreeEntry& entry);
    [[nodiscard]] std::expected<void, Failure> remove_all(bool rules);
    [[nodiscard]] std::expected<void, Failure> write_all_of(bool rules);

    const RestoreInput& in_;
    RestorePlan plan_;
    RestoreCounts done_;
};

/// Counts a file that is about to change. Fails if a stop is requested; the files before it stay as they are.
std::expected<void, Failure> RestoreOperation::begin_file() const {
    if (!in_.repository.stop.stop_requested()) {
        ++in_.repository.progress->changed;
        return {};
    }
    return std::unexpected(
        Failure{.kind = FailureKind::stopped,
                .what = fmt::format("{}: stopped after {} of {} files", in_.repository.folder.string(),
                                    done_.written + done_.removed, plan_.writes.size() + plan_.removals.size()),
                .remedy = "Try again; the restore continues."});
}

std::expected<void, Failure> RestoreOperation::remove_all(bool rules) {
    for (const TreeEntry& entry : plan_.removals) {
        if (sets_rules(entry) != rules) continue;
        if (auto begun = begin_file(); !begun) return begun;
        const auto removed = in_.work_tree.remove(entry.path);
        if (!removed) return std::unexpected(removed.error());
        if (!*removed) continue;
        ++done_.removed;
        ++in_.repository.progress->removed;
    }
    return {};
}

std::expected<void, Failure> RestoreOperation::write(const TreeEntry& entry) {
    const auto kind = in_.work_tree.kind_at(entry.path);
    if (!kind) return std::unexpected(kind.error());
    if (S_ISDIR(*kind) && entry.mode != FileMode::repository) {
        for (const TreeEntry& inside : below(plan_.removals, entry.path + "/"))
            if (auto removed = in_.work_tree.remove(inside.path); !removed) return std::unexpected(removed.error());
        if (const auto left = in_.work_tree.kind_at(entry.path); left && *left != 0)
            if (auto emptied = in_.work_tree.remove_empty(entry.path); !emptied) return emptied;
    }
    ++done_.written;
    ++in_.repository.progress->written;
    if (entry.mode == FileMode::repository) {
        if (*kind != 0 && !S_ISDIR(*kind))
            if (auto removed = in_.work_tree.remove(entry.path); !removed) return std::unexpected(removed.error());
        return in_.work_tree.make_folder(entry.path);
    }
    const auto bytes = in_.objects.read(ObjectKind::blob, entry.id);
    if (!bytes) return std::unexpected(bytes.error());
    in_.repository.progress->bytes += bytes->size();
    return in_.work_tree.replace_file(entry, *bytes, in_.coverage.mode_of(entry.path));
}

std::expected<void, Failure> RestoreOperation::write_all_of(bool rules) {
    for (const TreeEntry& entry : plan_.writes) {
        if (sets_rules(entry) != rules) continue;
        if (auto begun = begin_file(); !begun) return begun;
        if (auto written = write(entry); !written) return written;
    }
    return {};
}

/// Makes the planned changes. Rules of .gitignore change last, so that a retry after a kill still spares ignored files.
std::expected<RestoreCounts, Failure> RestoreOperation::run() {
    for (const std::string& leftover : in_.now.leftovers)
        if (auto removed = in_.work_tree.remove(leftover); !removed) return std::unexpected(removed.error());
    for (const bool rules : {false, true}) {
        if (auto removed = remove_all(rules); !removed) return std::unexpected(removed.error());
        if (auto written = write_all_of(rules); !written) return std::unexpected(written.error());
    }
    // Remove folders that an earlier, killed run emptied.
    for (std::size_t i = 0; in_.rescue && i < in_.rescue->size(); ++i)
        if (!find(in_.target, (*in_.rescue)[i].path)) in_.work_tree.remove_empty_above((*in_.rescue)[i].path);
    for (const TreeEntry& entry : in_.target)
        if (entry.mode == FileMode::repository)
            if (auto made = in_.work_tree.make_folder(entry.path); !made) return std::unexpected(made.error());
    if (auto synced = in_.work_tree.sync(); !synced) return std::unexpected(synced.error());
    return done_;
}

} // namespace

std::expected<RestoreCounts, Failure> restore(const Repository& repository, const RestoreOptions& wanted) {
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    auto objects = Objects::only_ids(repository);
    if (!objects) return std::unexpected(objects.error());
    auto target = read_target(repository, wanted.ref, *objects);
    if (!target) return std::unexpected(target.error());
    auto rescue = wanted.rescue ? read_checkpoint(*wanted.rescue, *objects) : TreeEntries{};
    if (!rescue) return std::unexpected(rescue.error());
    const auto coverage = read_coverage(objects->handle(), wanted.ref);
    if (!coverage) return std::unexpected(coverage.error());
    auto work_tree = WorkTree::open(repository.folder);
    if (!work_tree) return std::unexpected(work_tree.error());
    StatCache cache(lock->cache_file(), lock->now());
    HeldFiles held; // without a rescue, ignored files are saved nowhere, so that they must stay
    if (wanted.rescue) held.checkpoints = {*target, *rescue};
    const auto now = scan(repository, *objects, cache, held);
    if (!now) return std::unexpected(now.error());
    std::erase_if(*target, [&](const TreeEntry& entry) { return now->is_of_journal(entry.path); });
    const RestoreInput input{.repository = repository,
                             .objects = *objects,
                             .work_tree = *work_tree,
                             .now = *now,
                             .target = *target,
                             .coverage = *coverage,
                             .rescue = wanted.rescue ? &*rescue : nullptr,
                             .unsaved = wanted.unsaved};
    auto plan = plan_restore(input);
    if (!plan) return std::unexpected(plan.error());
    return RestoreOperation(input, std::move(*plan)).run();
}

std::expected<RestorePreview, Failure> preview_restore(const Repository& repository, const std::string& ref) {
    auto objects = Objects::only_ids(repository);
    if (!objects) return std::unexpected(objects.error());
    auto target = read_target(repository, ref, *objects);
    if (!target) return std::unexpected(target.error());
    const auto coverage = read_coverage(objects->handle(), ref);
    if (!coverage) return std::unexpected(coverage.error());
    auto work_tree = WorkTree::open(repository.folder);
    if (!work_tree) return std::unexpected(work_tree.error());
    StatCache cache(cache_file_of(repository), {}); // without the lock, because it is not saved
    const auto now = scan(repository, *objects, cache, {.checkpoints = {*target}});
    if (!now) return std::unexpected(now.error());
    std::erase_if(*target, [&](const TreeEntry& entry) { return now->is_of_journal(entry.path); });
    // The restore will have a rescue of the present files.
    auto plan = plan_restore({.repository = repository,
                              .objects = *objects,
                              .work_tree = *work_tree,
                              .now = *now,
                              .target = *target,
                              .coverage = *coverage,
                              .rescue = &now->entries,
                              .unsaved = UnsavedFiles::refuse});
    if (!plan) return std::unexpected(plan.error());
    RestorePreview preview;
    for (const TreeEntry& entry : plan->writes) preview.written.push_back(path_text(entry.path));
    for (const TreeEntry& entry : plan->removals) {
        preview.removed.push_back(path_text(entry.path));
        if (!now->index->has(entry.path)) preview.untracked.push_back(path_text(entry.path));
    }
    return preview;
}

} // namespace evenfold::git
