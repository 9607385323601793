#include "evenfold/reactors/git/files/tracked_files.hpp"

namespace evenfold::git {

namespace {

constexpr int any_stage = 4; // one more than git's highest stage

} // namespace

std::expected<TrackedFiles, Failure> TrackedFiles::of(const Repository& repository, git_repository* handle) {
    IndexHandle index;
    if (const int code = git_repository_index(out(index), handle)) {
        const git_error* error = git_error_last();
        const std::string_view words = error && error->message ? error->message : "";
        Failure failure = library_failure((repository.git_dir / "index").string(), "read the index", code);
        if (words.find("extension") != std::string_view::npos) {
            failure.kind = FailureKind::unsupported;
            failure.remedy = "Run `git update-index --no-split-index` or `git sparse-checkout init --no-sparse-index`.";
        }
        return std::unexpected(std::move(failure));
    }
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

std::optional<ObjectId> TrackedFiles::repository_at(const std::string& path) const {
    const git_index_entry* found = entry(path);
    if (!found || found->mode != GIT_FILEMODE_COMMIT) return std::nullopt;
    return from_oid(found->id);
}

std::optional<ObjectId> head_of(const std::filesystem::path& folder) {
    RepositoryHandle handle;
    git_oid id{};
    if (git_repository_open(out(handle), folder.c_str()) != 0) return std::nullopt;
    if (git_reference_name_to_id(&id, handle.get(), "HEAD") != 0) return std::nullopt;
    return from_oid(id);
}

} // namespace evenfold::git
