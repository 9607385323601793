#include "evenfold/reactors/git/files/restore_plan.hpp"

#include <algorithm>

#include "evenfold/reactors/git/files/ignore.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"

namespace evenfold::git {

namespace {

class RestorePlanner {
public:
    explicit RestorePlanner(const RestoreInput& input) : in_(input) {}

    [[nodiscard]] std::expected<RestorePlan, Failure> run();

private:
    [[nodiscard]] std::expected<IgnoreRules, Failure> restored_rules() const;
    [[nodiscard]] bool is_saved(const TreeEntry& entry) const;
    [[nodiscard]] std::unexpected<Failure> in_the_way(const std::string& path) const;
    [[nodiscard]] std::expected<void, Failure> keep_or_fail(const std::string& path, Failure failure);
    [[nodiscard]] std::expected<void, Failure> plan_removals();
    [[nodiscard]] bool has_mode(const TreeEntry& entry) const;
    [[nodiscard]] std::expected<void, Failure> plan_write(const TreeEntry& entry, const TreeEntry* before);
    [[nodiscard]] std::expected<bool, Failure> is_place_free(const TreeEntry& entry) const;
    [[nodiscard]] std::expected<bool, Failure> check_parents(const std::string& path) const;
    [[nodiscard]] std::expected<void, Failure> check_folder(const std::string& path) const;
    [[nodiscard]] std::expected<void, Failure> check_object(const TreeEntry& entry) const;

    const RestoreInput& in_;
    RestorePlan plan_;
};

std::unexpected<Failure> RestorePlanner::in_the_way(const std::string& path) const {
    return std::unexpected(failure_of(FailureKind::in_the_way,
                                      (in_.repository.folder / path_text(path)).string() +
                                          ": is in the way of the checkpoint's files, and no checkpoint contains it"));
}

/// Returns whether the folders above `path` exist. Fails if a file that must stay is in their place.
std::expected<bool, Failure> RestorePlanner::check_parents(const std::string& path) const {
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        const std::string folder = path.substr(0, end);
        const auto kind = in_.work_tree.kind_at(folder);
        if (!kind) return std::unexpected(kind.error());
        if (*kind == 0) return false;
        if (find(plan_.removals, folder)) return false;
        if (!S_ISDIR(*kind)) return in_the_way(folder);
        const auto own = in_.work_tree.kind_at(folder + "/.git");
        if (!own) return std::unexpected(own.error());
        if (*own != 0) return in_the_way(folder);
    }
    return true;
}

/// Returns whether the rescue, if there is one, contains the current file. A later change is saved nowhere else.
bool RestorePlanner::is_saved(const TreeEntry& entry) const {
    const TreeEntry* saved = in_.rescue ? find(*in_.rescue, entry.path) : &entry;
    return saved && *saved == entry;
}

/// Fails if the folder at `path` has anything that stays.
std::expected<void, Failure> RestorePlanner::check_folder(const std::string& path) const {
    const std::string prefix = path + "/";
    for (const std::string& left : in_.now.excluded)
        if (left.starts_with(prefix)) return in_the_way(left);
    for (const TreeEntry& entry : below(in_.now.entries, prefix))
        if (!find(plan_.removals, entry.path)) return in_the_way(entry.path);
    return {};
}

/// Returns whether the entry must be written at a path where the scan has found no file. Returns false if what is there
/// is already as in the checkpoint.
std::expected<bool, Failure> RestorePlanner::is_place_free(const TreeEntry& entry) const {
    const auto clear = check_parents(entry.path);
    if (!clear) return std::unexpected(clear.error());
    const auto kind = *clear ? in_.work_tree.kind_at(entry.path) : std::expected<unsigned, Failure>(0U);
    if (!kind) return std::unexpected(kind.error());
    if (*kind == 0) return true;
    if (entry.mode == FileMode::repository) {
        if (S_ISDIR(*kind)) return false;
        return in_the_way(entry.path);
    }
    if (S_ISDIR(*kind)) {
        if (auto empty = check_folder(entry.path); !empty) return std::unexpected(empty.error());
        return true;
    }
    const auto same = in_.work_tree.has_content(entry);
    if (!same) return std::unexpected(same.error());
    if (!*same) return in_the_way(entry.path);
    return false;
}

/// Fails if the repository lacks the bytes of the entry.
std::expected<void, Failure> RestorePlanner::check_object(const TreeEntry& entry) const {
    const git_oid id = to_oid(entry.id);
    OdbHandle odb;
    if (entry.mode != FileMode::repository && git_repository_odb(out(odb), in_.objects.handle()) == 0 &&
        git_odb_exists(odb.get(), &id) == 0)
        return std::unexpected(
            failure_of(FailureKind::damaged, path_text(entry.path) + ": the repository lacks " + to_text(entry.id)));
    return {};
}

/// Returns whether the file has the permissions that the checkpoint records for it, if it records any.
bool RestorePlanner::has_mode(const TreeEntry& entry) const {
    const auto wanted = in_.coverage.mode_of(entry.path);
    return !wanted || in_.now.coverage.mode_of(entry.path) == wanted;
}

/// Plans the entry; `before` is the present file of that path, or nullptr.
std::expected<void, Failure> RestorePlanner::plan_write(const TreeEntry& entry, const TreeEntry* before) {
    if (before && *before == entry && has_mode(entry)) return {};
    if (before && before->mode == FileMode::repository && entry.mode != FileMode::repository)
        return in_the_way(entry.path);
    if (before && before->mode == FileMode::repository) return {}; // the submodule's files are left to the submodule
    if (before && !is_saved(*before)) return in_the_way(entry.path);
    if (!before && in_.repository.is_excluded_now(entry.path)) return {}; // where the scan did not look
    if (!before) {
        const auto is_free = is_place_free(entry);
        if (!is_free) return std::unexpected(is_free.error());
        if (!*is_free) return {};
    }
    if (auto held = check_object(entry); !held) return held;
    plan_.writes.push_back(entry);
    return {};
}

/// Returns the rules that the restore will write.
std::expected<IgnoreRules, Failure> RestorePlanner::restored_rules() const {
    std::vector<const TreeEntry*> files;
    for (const TreeEntry& entry : in_.target)
        if (sets_rules(entry) && entry.mode != FileMode::link) files.push_back(&entry);
    std::ranges::sort(files, {},
                      [](const TreeEntry* entry) { return entry->path.size(); }); // deeper ones take precedence
    IgnoreRules rules(false);
    for (const TreeEntry* entry : files) {
        const auto text = in_.objects.read(ObjectKind::blob, entry->id);
        if (!text) return std::unexpected(text.error());
        rules.push(entry->path.substr(0, entry->path.rfind('/') + 1), *text);
    }
    return rules;
}

/// Lists the file at `path` as kept if its obstacle may stay. Fails otherwise.
std::expected<void, Failure> RestorePlanner::keep_or_fail(const std::string& path, Failure failure) {
    if (in_.unsaved == UnsavedFiles::refuse || failure.kind != FailureKind::in_the_way)
        return std::unexpected(std::move(failure));
    plan_.kept.push_back(path_text(path));
    return {};
}

std::expected<void, Failure> RestorePlanner::plan_removals() {
    const auto rules = restored_rules();
    if (!rules) return std::unexpected(rules.error());
    // To keep unsaved files is to undo a restore: all other files that the rescue has were written by that restore.
    const bool may_protect = in_.unsaved == UnsavedFiles::refuse;
    AscendingFinder target(in_.target);
    AscendingFinder rescue(in_.rescue ? *in_.rescue : in_.now.entries);
    for (const TreeEntry& entry : in_.now.entries) {
        if (entry.mode == FileMode::repository || target.find(entry.path) || !in_.scope.names(entry.path)) continue;
        const TreeEntry* saved = rescue.find(entry.path);
        if (!saved || in_.coverage.lacks(entry.path)) continue;
        const bool is_ignored =
            may_protect && rules->ignores_path_or_parent(entry.path) && !in_.now.index->has(entry.path);
        if (is_ignored) continue;
        if (*saved == entry)
            plan_.removals.push_back(entry);
        else if (auto kept = keep_or_fail(entry.path, in_the_way(entry.path).error()); !kept)
            return kept;
    }
    return {};
}

std::expected<RestorePlan, Failure> RestorePlanner::run() {
    if (auto planned = plan_removals(); !planned) return std::unexpected(planned.error());
    AscendingFinder present(in_.now.entries);
    for (const TreeEntry& entry : in_.target) {
        if (!in_.scope.names(entry.path)) continue;
        if (auto planned = plan_write(entry, present.find(entry.path)); !planned)
            if (auto kept = keep_or_fail(entry.path, std::move(planned.error())); !kept)
                return std::unexpected(kept.error());
    }
    return std::move(plan_);
}

} // namespace

bool sets_rules(const TreeEntry& entry) {
    return entry.path == ".gitignore" || entry.path.ends_with("/.gitignore");
}

std::expected<RestorePlan, Failure> plan_restore(const RestoreInput& input) {
    return RestorePlanner(input).run();
}

} // namespace evenfold::git
