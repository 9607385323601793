#include "evenfold/reactors/git/files/scan.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include "evenfold/reactors/git/files/blob_reader.hpp"
#include "evenfold/reactors/git/files/folder_names.hpp"
#include "evenfold/reactors/git/files/ignore.hpp"
#include "evenfold/reactors/git/files/journal_file.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/tracked_files.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

/// Scans the folders of a work tree recursively.
class FolderScanner {
public:
    FolderScanner(const Repository& repository, Objects& objects, StatCache& cache, IgnoreRules rules,
                  TrackedFiles tracked, const HeldFiles& held, const PathScope& scope)
        : repository_(repository),
          objects_(objects),
          cache_(cache),
          rules_(std::move(rules)),
          tracked_(std::move(tracked)),
          held_(held),
          scope_(scope),
          trusted_(is_ref_intact(objects.handle(), cache)) {}

    [[nodiscard]] std::expected<Scan, Failure> run();

private:
    /// Returns whether the ref that keeps the cached objects alive still names the same commit.
    static bool is_ref_intact(git_repository* handle, const StatCache& cache);

    [[nodiscard]] std::filesystem::path shown(const std::string& path) const {
        return repository_.folder / path_text(path);
    }
    void add_gap(GapKind kind, const std::string& path) {
        scan_.coverage.gaps.push_back({.kind = kind, .path = path});
        scan_.excluded.push_back(path);
    }
    void add_repository(const std::string& path, const ObjectId& recorded, bool is_checked_out);
    void add_unreadable(const std::string& path);
    void add_sparse_gaps();
    [[nodiscard]] std::expected<void, Failure> push_rules_above();
    [[nodiscard]] std::expected<bool, Failure> push_rules(int folder, const std::string& path);
    [[nodiscard]] bool is_in_scope(const std::string& path, std::string_view name) const;
    [[nodiscard]] std::expected<void, Failure>
    enter(int parent, const std::string& name, const std::string& path, bool only_tracked);
    [[nodiscard]] std::expected<void, Failure> walk(int folder, const std::string& path, bool only_tracked);
    [[nodiscard]] std::expected<void, Failure>
    visit(int folder, const std::string& path, const FolderName& name, bool only_tracked);
    [[nodiscard]] std::expected<void, Failure>
    take(int folder, const std::string& name, const std::string& path, const struct stat& listed);

    const Repository& repository_;
    Objects& objects_;
    StatCache& cache_;
    IgnoreRules rules_;
    TrackedFiles tracked_;
    const HeldFiles& held_;
    const PathScope& scope_;
    bool trusted_;
    Scan scan_;
};

bool FolderScanner::is_ref_intact(git_repository* handle, const StatCache& cache) {
    if (cache.ref().empty()) return false;
    const auto commit = commit_of(handle, cache.ref());
    return commit && to_text(from_oid(*git_commit_id(commit->get()))) == cache.commit();
}

/// Adds the rules of the folders between the top of the work tree and the project's folder.
std::expected<void, Failure> FolderScanner::push_rules_above() {
    std::size_t end = 0;
    while (end < repository_.prefix.size()) {
        const std::string above = repository_.prefix.substr(0, end);
        const auto path = repository_.work_tree / above;
        const system::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder.is_open()) return std::unexpected(failure_of(path, "open the folder", errno));
        if (auto pushed = push_rules(folder.number(), above); !pushed) return std::unexpected(pushed.error());
        end = repository_.prefix.find('/', end) + 1;
    }
    return {};
}

/// Adds the rules of a folder and returns whether it has any; `path` is its path in the work tree.
std::expected<bool, Failure> FolderScanner::push_rules(int folder, const std::string& path) {
    auto text = read_small_file(folder, ".gitignore");
    if (!text) {
        const int error = text.error();
        if (error == ENOENT || error == ELOOP || error == EISDIR || error == EACCES) return false; // as git does
        return std::unexpected(failure_of(repository_.work_tree / path_text(path + ".gitignore"), "read", error));
    }
    rules_.push(path, *text);
    return true;
}

/// Returns whether the scan needs the name in the folder `path`: it is in scope, or decides about names that are.
bool FolderScanner::is_in_scope(const std::string& path, std::string_view name) const {
    return !scope_.is_limited() || name == ".gitignore" || name == ".git" || name == restoring_name ||
           scope_.reaches(path + std::string(name));
}

std::expected<void, Failure>
FolderScanner::enter(int parent, const std::string& name, const std::string& path, bool only_tracked) {
    const system::Descriptor folder(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.is_open()) return walk(folder.number(), path, only_tracked);
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return {}; // gone since it was listed
    if (errno != EACCES && errno != EPERM) return std::unexpected(failure_of(shown(path), "open the folder", errno));
    add_unreadable(path);
    return {};
}

/// Adds a folder that cannot be read, which ends with a slash. A submodule keeps the commit that the index records.
void FolderScanner::add_unreadable(const std::string& path) {
    if (const auto recorded = tracked_.repository_at(path.substr(0, path.size() - 1)))
        add_repository(path, *recorded, false);
    add_gap(GapKind::unreadable, path);
}

/// Adds the submodule at `path`, which ends with a slash.
void FolderScanner::add_repository(const std::string& path, const ObjectId& recorded, bool is_checked_out) {
    const std::string name = path.substr(0, path.size() - 1);
    const auto own = is_checked_out ? head_of(repository_.folder / path) : std::nullopt;
    scan_.entries.push_back({.path = name, .mode = FileMode::repository, .id = own.value_or(recorded)});
    if (is_checked_out && is_changed(repository_.folder / path))
        scan_.coverage.gaps.push_back({.kind = GapKind::submodule, .path = path});
}

std::expected<void, Failure> FolderScanner::walk(int folder, const std::string& path, bool only_tracked) {
    const auto found = list_folder(folder, shown(path), [&](std::string_view name) { return is_in_scope(path, name); });
    if (!found && found.error().kind == FailureKind::unreadable && !path.empty()) {
        add_unreadable(path);
        return {};
    }
    if (!found) return std::unexpected(found.error());
    if (!path.empty()) {
        const auto commit = tracked_.repository_at(path.substr(0, path.size() - 1));
        const bool nested = found->has(".git") || found->has(".git/");
        if (commit && (nested || found->is_empty)) {
            add_repository(path, *commit, nested);
            return {};
        }
        if (nested) {
            add_gap(GapKind::repository, path);
            return {};
        }
    }
    const auto pushed = found->has(".gitignore") ? push_rules(folder, repository_.prefix + path) : false;
    if (!pushed) return std::unexpected(pushed.error());
    for (const FolderName& name : found->names)
        if (auto visited = visit(folder, path, name, only_tracked); !visited) return visited;
    if (*pushed) rules_.pop();
    return {};
}

std::expected<void, Failure>
FolderScanner::visit(int folder, const std::string& path, const FolderName& name, bool only_tracked) {
    const bool is_folder = name.is_folder();
    const std::string bare = is_folder ? name.text.substr(0, name.text.size() - 1) : name.text;
    const std::string full = path + name.text;
    if (repository_.stop.stop_requested())
        return std::unexpected(
            failure_of(FailureKind::stopped, shown(full).string() + ": stopped before this file was read"));
    const bool is_by_identity =
        repository_.is_excluded(system::FileId{.device = name.status.st_dev, .inode = name.status.st_ino});
    if (is_by_identity || repository_.is_excluded(path + bare) || scan_.is_of_journal(path + bare)) {
        if (is_by_identity) scan_.journals.push_back(full);
        scan_.excluded.push_back(full);
        return {};
    }
    if (is_reserved(bare)) {
        if (!path.empty() || bare != ".git") scan_.excluded.push_back(full);
        return {};
    }
    if (bare == restoring_name && !is_folder) {
        scan_.leftovers.push_back(full);
        return {};
    }
    const bool ignored = only_tracked || rules_.ignores(repository_.prefix + path + bare, is_folder);
    const bool is_known = ignored && (is_folder ? tracked_.has_below(full) || held_.has_below(full)
                                                : tracked_.has(full) || held_.has(full));
    if (ignored && !is_known) {
        scan_.excluded.push_back(full);
        return {};
    }
    if (is_folder) return enter(folder, bare, full, ignored);
    if (S_ISREG(name.status.st_mode) || S_ISLNK(name.status.st_mode)) return take(folder, bare, full, name.status);
    add_gap(GapKind::special, full); // a pipe, a socket, a device
    return {};
}

std::expected<void, Failure>
FolderScanner::take(int folder, const std::string& name, const std::string& path, const struct stat& listed) {
    ++repository_.progress->files;
    FileStatus status = file_status_of(listed);
    auto known = cache_.find_unchanged(path, status);
    if (known && !trusted_ && !objects_.has(*known)) known.reset();
    ObjectId id = known.value_or(ObjectId{});
    if (is_journal(folder, name, status.size) && !tracked_.has(path)) {
        scan_.journals.push_back(path); // before the files that belong to it, because names are sorted
        scan_.excluded.push_back(path);
        return {};
    }
    if (status.size > repository_.file_bytes_max && S_ISREG(status.mode)) {
        add_gap(GapKind::too_large, path);
        return {};
    }
    if (!known) {
        auto read = read_blob(folder, name, shown(path), objects_);
        if (!read && read.error().kind == FailureKind::unreadable) {
            add_gap(GapKind::unreadable, path);
            return {};
        }
        if (!read) return std::unexpected(read.error());
        if (!read->has_value()) return {}; // gone since it was listed
        status = (*read)->status;
        repository_.progress->bytes += status.size;
        id = (*read)->id;
    }
    const FileMode mode = S_ISLNK(status.mode)           ? FileMode::link
                          : (status.mode & S_IXUSR) != 0 ? FileMode::executable
                                                         : FileMode::file;
    const auto permissions = static_cast<unsigned>(status.mode) & 0777U;
    if (mode != FileMode::link && (permissions & 0077U) == 0 && !tracked_.has(path))
        scan_.coverage.modes.emplace(path, permissions);
    cache_.store(path, status, id);
    scan_.entries.push_back({.path = path, .mode = mode, .id = id});
    return {};
}

std::expected<Scan, Failure> FolderScanner::run() {
    if (auto pushed = push_rules_above(); !pushed) return std::unexpected(pushed.error());
    const system::Descriptor folder(::open(repository_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return std::unexpected(failure_of(repository_.folder, "open the folder", errno));
    if (auto walked = walk(folder.number(), "", false); !walked) return std::unexpected(walked.error());
    if (!scope_.is_limited()) add_sparse_gaps();
    scan_.index = std::move(tracked_);
    return std::move(scan_);
}

void FolderScanner::add_sparse_gaps() {
    for (std::string& path : tracked_.left_out([&](const std::string& left) {
             return left.ends_with('/') ? !below(scan_.entries, left).empty() : find(scan_.entries, left) != nullptr;
         }))
        scan_.coverage.gaps.push_back({.kind = GapKind::sparse, .path = std::move(path)});
}

} // namespace

bool Scan::is_of_journal(std::string_view path) const {
    return std::ranges::any_of(journals, [&](const std::string& journal) { return belongs_to(path, journal); });
}

bool HeldFiles::has(std::string_view path) const {
    return std::ranges::any_of(checkpoints, [&](const auto& entries) { return find(entries, path) != nullptr; });
}

bool HeldFiles::has_below(std::string_view folder) const {
    return std::ranges::any_of(checkpoints, [&](const auto& entries) { return !below(entries, folder).empty(); });
}

std::expected<Scan, Failure>
scan(const Repository& repository, Objects& objects, StatCache& cache, const HeldFiles& held, const PathScope& scope) {
    auto rules = rules_of(objects.handle());
    if (!rules) return std::unexpected(rules.error());
    auto tracked = TrackedFiles::of(repository, objects.handle());
    if (!tracked) return std::unexpected(tracked.error());
    return FolderScanner(repository, objects, cache, std::move(*rules), std::move(*tracked), held, scope).run();
}

} // namespace evenfold::git
