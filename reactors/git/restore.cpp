#include "evenfold/reactors/git/restore.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "evenfold/reactors/git/files/ignore.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/reactors/git/files/work_tree.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"
#include "evenfold/reactors/git/store/checkpoint_ref.hpp"

namespace evenfold::git {

namespace {

using TreeEntries = std::vector<TreeEntry>;

/// The changes to make, determined before any of them is made.
struct RestorePlan {
    TreeEntries removals;
    TreeEntries writes;
};

bool sets_rules(const TreeEntry& entry) {
    return entry.path == ".gitignore" || entry.path.ends_with("/.gitignore");
}

std::expected<TreeEntries, Failure> entries_of(const std::string& ref, const Objects& objects) {
    if (auto fit = check_ref(ref); !fit) return std::unexpected(fit.error());
    const auto commit = commit_of(objects.handle(), ref);
    if (!commit) return std::unexpected(commit.error());
    return read_trees(from_oid(*git_commit_tree_id(commit->get())), objects);
}

class RestoreOperation {
public:
    /// `rescue` is nullptr, or the files that may be removed.
    RestoreOperation(const Repository& repository, Objects& objects, WorkTree work_tree, Scan now, TreeEntries target,
                     const TreeEntries* rescue, UnsavedFiles unsaved)
        : repository_(repository),
          objects_(objects),
          work_tree_(std::move(work_tree)),
          now_(std::move(now)),
          target_(std::move(target)),
          rescue_(rescue),
          unsaved_(unsaved) {}

    [[nodiscard]] std::expected<void, Failure> plan();
    [[nodiscard]] std::expected<RestoreCounts, Failure> run();

private:
    [[nodiscard]] std::expected<IgnoreRules, Failure> restored_rules() const;
    [[nodiscard]] bool is_saved(const TreeEntry& entry) const;
    [[nodiscard]] std::unexpected<Failure> in_the_way(const std::string& path) const;
    [[nodiscard]] std::expected<void, Failure> keep_or_fail(const std::string& path, Failure failure);
    [[nodiscard]] std::expected<void, Failure> plan_removals();
    [[nodiscard]] std::expected<void, Failure> plan_write(const TreeEntry& entry);
    [[nodiscard]] std::expected<bool, Failure> check_parents(const std::string& path);
    [[nodiscard]] std::expected<void, Failure> check_folder(const std::string& path) const;
    [[nodiscard]] std::expected<void, Failure> check_stop() const;
    [[nodiscard]] std::expected<void, Failure> write(const TreeEntry& entry);
    [[nodiscard]] std::expected<void, Failure> remove_all(bool rules);
    [[nodiscard]] std::expected<void, Failure> write_all_of(bool rules);

    const Repository& repository_;
    Objects& objects_;
    WorkTree work_tree_;
    Scan now_;
    TreeEntries target_;
    const TreeEntries* rescue_;
    UnsavedFiles unsaved_;
    RestorePlan plan_;
    RestoreCounts done_;
};

std::unexpected<Failure> RestoreOperation::in_the_way(const std::string& path) const {
    return std::unexpected(failure_of(FailureKind::in_the_way,
                                      (repository_.folder / path_text(path)).string() +
                                          ": is in the way of the checkpoint's files, and no checkpoint contains it"));
}

/// Returns whether the folders above `path` exist. Fails if a file that must stay is in their place.
std::expected<bool, Failure> RestoreOperation::check_parents(const std::string& path) {
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        const std::string folder = path.substr(0, end);
        const auto kind = work_tree_.kind_at(folder);
        if (!kind) return std::unexpected(kind.error());
        if (*kind == 0) return false;
        if (find(plan_.removals, folder)) return false;
        if (!S_ISDIR(*kind)) return in_the_way(folder);
        const auto own = work_tree_.kind_at(folder + "/.git");
        if (!own) return std::unexpected(own.error());
        if (*own != 0) return in_the_way(folder);
    }
    return true;
}

/// Returns whether the rescue, if there is one, contains the current file. A later change is saved nowhere else.
bool RestoreOperation::is_saved(const TreeEntry& entry) const {
    const TreeEntry* saved = rescue_ ? find(*rescue_, entry.path) : &entry;
    return saved && *saved == entry;
}

/// Fails if the folder at `path` has anything that stays.
std::expected<void, Failure> RestoreOperation::check_folder(const std::string& path) const {
    const std::string prefix = path + "/";
    for (const std::string& left : now_.excluded)
        if (left.starts_with(prefix)) return in_the_way(left);
    for (const TreeEntry& entry : below(now_.entries, prefix))
        if (!find(plan_.removals, entry.path)) return in_the_way(entry.path);
    return {};
}

std::expected<void, Failure> RestoreOperation::plan_write(const TreeEntry& entry) {
    const TreeEntry* before = find(now_.entries, entry.path);
    if (before && *before == entry) return {};
    if (before && before->mode == FileMode::repository && entry.mode != FileMode::repository)
        return in_the_way(entry.path);
    if (before && before->mode == FileMode::repository) return {}; // the submodule's files are left to the submodule
    if (before && !is_saved(*before)) return in_the_way(entry.path);
    if (!before) {
        const auto clear = check_parents(entry.path);
        if (!clear) return std::unexpected(clear.error());
        const auto kind = *clear ? work_tree_.kind_at(entry.path) : std::expected<unsigned, Failure>(0U);
        if (!kind) return std::unexpected(kind.error());
        if (entry.mode == FileMode::repository) {
            if (S_ISDIR(*kind)) return {};
            if (*kind != 0) return in_the_way(entry.path);
        } else if (S_ISDIR(*kind)) {
            if (auto empty = check_folder(entry.path); !empty) return empty;
        } else if (*kind != 0) {
            const auto bytes = objects_.read(ObjectKind::blob, entry.id);
            if (!bytes) return std::unexpected(bytes.error());
            const auto same = work_tree_.has_content(entry, *bytes);
            if (!same) return std::unexpected(same.error());
            return *same ? std::expected<void, Failure>{} : in_the_way(entry.path);
        }
    }
    const git_oid id = to_oid(entry.id);
    OdbHandle odb;
    if (entry.mode != FileMode::repository && git_repository_odb(out(odb), objects_.handle()) == 0 &&
        git_odb_exists(odb.get(), &id) == 0)
        return std::unexpected(
            failure_of(FailureKind::damaged, path_text(entry.path) + ": the repository lacks " + to_text(entry.id)));
    plan_.writes.push_back(entry);
    return {};
}

/// Returns the rules that the restore will write.
std::expected<IgnoreRules, Failure> RestoreOperation::restored_rules() const {
    std::vector<const TreeEntry*> files;
    for (const TreeEntry& entry : target_)
        if (sets_rules(entry) && entry.mode != FileMode::link) files.push_back(&entry);
    std::ranges::sort(files, {},
                      [](const TreeEntry* entry) { return entry->path.size(); }); // deeper ones take precedence
    IgnoreRules rules(false);
    for (const TreeEntry* entry : files) {
        const auto text = objects_.read(ObjectKind::blob, entry->id);
        if (!text) return std::unexpected(text.error());
        rules.push(entry->path.substr(0, entry->path.rfind('/') + 1), *text);
    }
    return rules;
}

/// Lists the file at `path` as kept if its obstacle may stay. Fails otherwise.
std::expected<void, Failure> RestoreOperation::keep_or_fail(const std::string& path, Failure failure) {
    if (unsaved_ == UnsavedFiles::refuse || failure.kind != FailureKind::in_the_way)
        return std::unexpected(std::move(failure));
    done_.kept.push_back(path_text(path));
    return {};
}

std::expected<void, Failure> RestoreOperation::plan_removals() {
    const auto rules = restored_rules();
    if (!rules) return std::unexpected(rules.error());
    for (const TreeEntry& entry : now_.entries) {
        const bool stays = entry.mode == FileMode::repository || find(target_, entry.path) ||
                           (rescue_ && !find(*rescue_, entry.path)) || rules->ignores_path_or_parent(entry.path);
        if (stays) continue;
        if (is_saved(entry))
            plan_.removals.push_back(entry);
        else if (auto kept = keep_or_fail(entry.path, in_the_way(entry.path).error()); !kept)
            return kept;
    }
    return {};
}

std::expected<void, Failure> RestoreOperation::plan() {
    if (auto planned = plan_removals(); !planned) return planned;
    for (const TreeEntry& entry : target_) {
        if (auto planned = plan_write(entry); !planned)
            if (auto kept = keep_or_fail(entry.path, std::move(planned.error())); !kept) return kept;
    }
    return {};
}

/// Fails if a stop is requested. The files that were restored so far stay as they are.
std::expected<void, Failure> RestoreOperation::check_stop() const {
    if (!repository_.stop.stop_requested()) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::stopped,
                .what = fmt::format("{}: stopped after {} of {} files", repository_.folder.string(),
                                    done_.written + done_.removed, plan_.writes.size() + plan_.removals.size()),
                .remedy = "Try again; the restore continues."});
}

std::expected<void, Failure> RestoreOperation::remove_all(bool rules) {
    for (const TreeEntry& entry : plan_.removals) {
        if (sets_rules(entry) != rules) continue;
        if (auto going_on = check_stop(); !going_on) return going_on;
        ++repository_.progress->changed;
        const auto removed = work_tree_.remove(entry.path);
        if (!removed) return std::unexpected(removed.error());
        if (*removed) ++done_.removed;
    }
    return {};
}

std::expected<void, Failure> RestoreOperation::write(const TreeEntry& entry) {
    const auto kind = work_tree_.kind_at(entry.path);
    if (!kind) return std::unexpected(kind.error());
    if (S_ISDIR(*kind) && entry.mode != FileMode::repository) {
        for (const TreeEntry& inside : below(plan_.removals, entry.path + "/"))
            if (auto removed = work_tree_.remove(inside.path); !removed) return std::unexpected(removed.error());
        if (const auto left = work_tree_.kind_at(entry.path); left && *left != 0)
            if (auto emptied = work_tree_.remove_empty(entry.path); !emptied) return emptied;
    }
    ++done_.written;
    if (entry.mode == FileMode::repository) {
        if (*kind != 0 && !S_ISDIR(*kind))
            if (auto removed = work_tree_.remove(entry.path); !removed) return std::unexpected(removed.error());
        return work_tree_.make_folder(entry.path);
    }
    const auto bytes = objects_.read(ObjectKind::blob, entry.id);
    if (!bytes) return std::unexpected(bytes.error());
    return work_tree_.replace_file(entry, *bytes);
}

std::expected<void, Failure> RestoreOperation::write_all_of(bool rules) {
    for (const TreeEntry& entry : plan_.writes) {
        if (sets_rules(entry) != rules) continue;
        if (auto going_on = check_stop(); !going_on) return going_on;
        ++repository_.progress->changed;
        if (auto written = write(entry); !written) return written;
    }
    return {};
}

/// Makes the planned changes. Rules of .gitignore change last, so that a retry after a kill still spares ignored files.
std::expected<RestoreCounts, Failure> RestoreOperation::run() {
    for (const std::string& leftover : now_.leftovers)
        if (auto removed = work_tree_.remove(leftover); !removed) return std::unexpected(removed.error());
    for (const bool rules : {false, true}) {
        if (auto removed = remove_all(rules); !removed) return std::unexpected(removed.error());
        if (auto written = write_all_of(rules); !written) return std::unexpected(written.error());
    }
    // Remove folders that an earlier, killed run emptied.
    for (std::size_t i = 0; rescue_ && i < rescue_->size(); ++i)
        if (!find(target_, (*rescue_)[i].path)) work_tree_.remove_empty_above((*rescue_)[i].path);
    for (const TreeEntry& entry : target_)
        if (entry.mode == FileMode::repository)
            if (auto made = work_tree_.make_folder(entry.path); !made) return std::unexpected(made.error());
    if (auto synced = work_tree_.sync(); !synced) return std::unexpected(synced.error());
    return done_;
}

} // namespace

std::expected<RestoreCounts, Failure> restore(const Repository& repository, const RestoreOptions& wanted) {
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    auto objects = Objects::only_ids(repository);
    if (!objects) return std::unexpected(objects.error());
    auto target = entries_of(wanted.ref, *objects);
    if (!target) return std::unexpected(target.error());
    std::erase_if(*target, [&](const TreeEntry& entry) { return repository.is_excluded(entry.path); });
    auto rescue =
        wanted.rescue ? entries_of(*wanted.rescue, *objects) : std::expected<TreeEntries, Failure>(TreeEntries{});
    if (!rescue) return std::unexpected(rescue.error());
    const TreeEntries* may_go = wanted.rescue ? &*rescue : nullptr;
    auto work_tree = WorkTree::open(repository.folder);
    if (!work_tree) return std::unexpected(work_tree.error());
    StatCache cache(lock->cache_file(), lock->now());
    auto now = scan(repository, *objects, cache);
    if (!now) return std::unexpected(now.error());
    std::erase_if(*target, [&](const TreeEntry& entry) { return now->is_of_journal(entry.path); });
    RestoreOperation operation(repository, *objects, std::move(*work_tree), std::move(*now), std::move(*target), may_go,
                               wanted.unsaved);
    if (auto planned = operation.plan(); !planned) return std::unexpected(planned.error());
    return operation.run();
}

} // namespace evenfold::git
