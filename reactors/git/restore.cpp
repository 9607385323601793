#include "evenfold/reactors/git/restore.hpp"

#include <fmt/format.h>
#include <vector>

#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/restore_plan.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"

namespace evenfold::git {

namespace {

using TreeEntries = std::vector<TreeEntry>;

/// A checkpoint to restore, and the files before.
struct RestoreScene {
    Objects objects;
    CheckpointFiles target; // without the files that no restore touches
    std::optional<TreeEntries> rescue;
    PathScope scope; // the files that differ between both checkpoints; without a rescue, all
    WorkTree work_tree;
    Scan now;
};

/// Returns the paths of files that are not the same in both checkpoints, in content, kind or permissions.
PathScope differing(const CheckpointFiles& target, const CheckpointFiles& rescue) {
    std::vector<std::string> paths;
    AscendingFinder present(rescue.entries);
    AscendingFinder wanted(target.entries);
    for (const TreeEntry& entry : target.entries) {
        const TreeEntry* before = present.find(entry.path);
        const auto mode = target.coverage.mode_of(entry.path);
        const bool is_same = before && *before == entry && (!mode || mode == rescue.coverage.mode_of(entry.path));
        if (!is_same) paths.push_back(entry.path);
    }
    for (const TreeEntry& entry : rescue.entries)
        if (!wanted.find(entry.path)) paths.push_back(entry.path);
    return PathScope(std::move(paths));
}

/// Looks at the files. The scan includes ignored files that the target or the rescue holds, if `saves_held`.
std::expected<RestoreScene, Failure>
read_scene(const Repository& repository, const RestoreOptions& wanted, StatCache& cache, bool saves_held) {
    auto objects = Objects::only_ids(repository);
    if (!objects) return std::unexpected(objects.error());
    auto target = read_checkpoint_files(wanted.ref, *objects);
    if (!target) return std::unexpected(target.error());
    std::erase_if(target->entries, [&](const TreeEntry& entry) { return repository.is_excluded(entry.path); });
    std::optional<TreeEntries> rescue;
    PathScope scope;
    if (wanted.rescue) {
        auto files = read_checkpoint_files(*wanted.rescue, *objects);
        if (!files) return std::unexpected(files.error());
        scope = differing(*target, *files);
        rescue = std::move(files->entries);
    }
    auto work_tree = WorkTree::open(repository.folder);
    if (!work_tree) return std::unexpected(work_tree.error());
    HeldFiles held;
    if (saves_held) held.checkpoints.emplace_back(target->entries);
    if (saves_held && rescue) held.checkpoints.emplace_back(*rescue);
    auto now = scan(repository, *objects, cache, held, scope);
    if (!now) return std::unexpected(now.error());
    std::erase_if(target->entries, [&](const TreeEntry& entry) { return now->is_of_journal(entry.path); });
    return RestoreScene{.objects = std::move(*objects),
                        .target = std::move(*target),
                        .rescue = std::move(rescue),
                        .scope = std::move(scope),
                        .work_tree = std::move(*work_tree),
                        .now = std::move(*now)};
}

RestoreInput
input_of(const Repository& repository, RestoreScene& scene, const TreeEntries* rescue, UnsavedFiles unsaved) {
    return {.repository = repository,
            .objects = scene.objects,
            .work_tree = scene.work_tree,
            .now = scene.now,
            .target = scene.target.entries,
            .coverage = scene.target.coverage,
            .rescue = rescue,
            .scope = scene.scope,
            .unsaved = unsaved};
}

std::string_view folder_of(const TreeEntry& entry) {
    const std::size_t slash = entry.path.rfind('/');
    return std::string_view(entry.path).substr(0, slash == std::string::npos ? 0 : slash);
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
    void remove_emptied_folders() const;

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
    const TreeEntry* last = nullptr;
    for (const TreeEntry& entry : plan_.removals) {
        if (sets_rules(entry) != rules) continue;
        if (auto begun = begin_file(); !begun) return begun;
        if (last && folder_of(*last) != folder_of(entry)) in_.work_tree.remove_empty_above(last->path);
        last = &entry;
        const auto removed = in_.work_tree.remove(entry.path);
        if (!removed) return std::unexpected(removed.error());
        if (!*removed) continue;
        ++done_.removed;
        ++in_.repository.progress->removed;
    }
    if (last) in_.work_tree.remove_empty_above(last->path);
    return {};
}

/// Removes folders that an earlier, killed run emptied.
void RestoreOperation::remove_emptied_folders() const {
    if (!in_.rescue) return;
    const TreeEntry* last = nullptr;
    for (const TreeEntry& entry : *in_.rescue) {
        if (last && folder_of(*last) == folder_of(entry)) continue;
        last = &entry;
        if (!find(in_.target, entry.path)) in_.work_tree.remove_empty_above(entry.path);
    }
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
    const ByteSource source = [&](const TakeBytes& take) {
        return in_.objects.read_blob(entry.id, [&](std::string_view bytes) {
            in_.repository.progress->bytes += bytes.size();
            return take(bytes);
        });
    };
    return in_.work_tree.replace_file(entry, source, in_.coverage.mode_of(entry.path));
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
    for (const std::string& leftover : in_.now.leftovers) {
        if (auto removed = in_.work_tree.remove(leftover); !removed) return std::unexpected(removed.error());
        in_.work_tree.remove_empty_above(leftover);
    }
    for (const bool rules : {false, true}) {
        if (auto removed = remove_all(rules); !removed) return std::unexpected(removed.error());
        if (auto written = write_all_of(rules); !written) return std::unexpected(written.error());
    }
    remove_emptied_folders();
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
    StatCache cache(lock->cache_file(), lock->now());
    // Without a rescue, ignored files are saved nowhere, so that they must stay.
    auto scene = read_scene(repository, wanted, cache, wanted.rescue.has_value());
    if (!scene) return std::unexpected(scene.error());
    const RestoreInput input = input_of(repository, *scene, scene->rescue ? &*scene->rescue : nullptr, wanted.unsaved);
    auto plan = plan_restore(input);
    if (!plan) return std::unexpected(plan.error());
    return RestoreOperation(input, std::move(*plan)).run();
}

std::expected<RestorePreview, Failure> preview_restore(const Repository& repository, const std::string& ref) {
    StatCache cache(cache_file_of(repository), {}); // without the lock, because it is not saved
    auto scene = read_scene(repository, {.ref = ref, .rescue = {}}, cache, true);
    if (!scene) return std::unexpected(scene.error());
    // The restore will have a rescue of the present files.
    auto plan = plan_restore(input_of(repository, *scene, &scene->now.entries, UnsavedFiles::refuse));
    if (!plan) return std::unexpected(plan.error());
    RestorePreview preview;
    for (const TreeEntry& entry : plan->writes) preview.written.push_back(path_text(entry.path));
    for (const TreeEntry& entry : plan->removals) {
        preview.removed.push_back(path_text(entry.path));
        if (!scene->now.index->has(entry.path)) preview.untracked.push_back(path_text(entry.path));
    }
    return preview;
}

} // namespace evenfold::git
