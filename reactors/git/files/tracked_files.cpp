#include "evenfold/reactors/git/files/tracked_files.hpp"

#include <algorithm>

namespace evenfold::git {

namespace {

constexpr int any_stage = 4; // one more than git's highest stage

} // namespace

std::expected<TrackedFiles, Failure> TrackedFiles::of(const Repository& repository, git_repository* handle) {
    IndexHandle index;
    if (const int code = git_repository_index(out(index), handle))
        return std::unexpected(library_failure((repository.git_dir / "index").string(), "read the index", code));
    return TrackedFiles(repository.prefix, std::move(index));
}

const git_index_entry* TrackedFiles::entry(const std::string& path) const {
    const std::string full = prefix_ + path;
    for (int stage = 0; stage < any_stage; ++stage)
        if (const git_index_entry* found = git_index_get_bypath(index_.get(), full.c_str(), stage)) return found;
    return nullptr;
}

bool TrackedFiles::has(const std::string& path) const {
    return entry(path) != nullptr;
}

bool TrackedFiles::has_below(const std::string& folder) const {
    return git_index_find_prefix(nullptr, index_.get(), (prefix_ + folder).c_str()) == 0 ||
           repository_at(folder.substr(0, folder.size() - 1)).has_value();
}

std::vector<std::string> TrackedFiles::left_out(const std::function<bool(const std::string& path)>& exists) const {
    std::vector<std::string_view> skipped; // of the index, which does not change
    std::vector<std::string_view> present;
    for (std::size_t i = 0; i < git_index_entrycount(index_.get()); ++i) {
        const git_index_entry* found = git_index_get_byindex(index_.get(), i);
        const std::string_view path = found->path;
        if (!path.starts_with(prefix_)) continue;
        const bool is_skipped = (found->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
        (is_skipped ? skipped : present).emplace_back(path.substr(prefix_.size()));
    }
    std::vector<std::string> all;
    for (const std::string_view path : skipped) {
        if (!all.empty() && all.back().ends_with('/') && path.starts_with(all.back())) continue;
        // The highest folder of which nothing is present stands for all its files.
        std::string left(path);
        for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
            const std::string folder(path.substr(0, slash + 1));
            const auto next = std::ranges::lower_bound(present, folder);
            if ((next != present.end() && next->starts_with(folder)) || exists(folder)) continue;
            left = folder;
            break;
        }
        if (left.ends_with('/') || !exists(left)) all.push_back(std::move(left));
    }
    return all;
}

std::optional<ObjectId> TrackedFiles::repository_at(const std::string& path) const {
    const git_index_entry* found = entry(path);
    if (!found || found->mode != GIT_FILEMODE_COMMIT) return std::nullopt;
    return from_oid(found->id);
}

std::optional<ObjectId> head_of(const std::filesystem::path& folder) {
    RepositoryHandle handle;
    git_oid id{};
    if (open_handle(handle, folder) != 0) return std::nullopt;
    if (git_reference_name_to_id(&id, handle.get(), "HEAD") != 0) return std::nullopt;
    return from_oid(id);
}

bool is_changed(const std::filesystem::path& folder) {
    RepositoryHandle handle;
    if (open_handle(handle, folder) != 0) return true; // unknown, so it is reported
    git_status_options options{};
    (void)git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
    git_status_list* list = nullptr;
    if (git_status_list_new(&list, handle.get(), &options) != 0) return true;
    const bool is_any = git_status_list_entrycount(list) > 0;
    git_status_list_free(list);
    return is_any;
}

} // namespace evenfold::git
