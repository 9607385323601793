#include "evenfold/reactors/git/store/handle.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <system_error>

#include "evenfold/reactors/git/store/safe_directory.hpp"

namespace evenfold::git {

void start_library() {
    static const bool started = [] {
        std::array<const char*, 3> extensions{"worktreeconfig", "preciousobjects", "partialclone"};
        return git_libgit2_init() > 0 && git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1) == 0 &&
               git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0) == 0 &&
               git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size()) == 0;
    }();
    (void)started;
}

namespace {

/// Returns the folder that `safe.directory` names for the repository of `folder`: its work tree, or the bare repository
/// itself.
std::optional<std::filesystem::path> safe_name_of(const std::filesystem::path& folder) {
    std::error_code error;
    const bool is_bare = folder.filename() != ".git" && std::filesystem::exists(folder / "HEAD", error) &&
                         std::filesystem::is_directory(folder / "objects", error);
    return is_bare ? folder : find_work_tree(folder);
}

} // namespace

int open_handle(RepositoryHandle& handle, const std::filesystem::path& folder, unsigned flags) {
    static std::mutex owner_check; // a setting of the whole process
    start_library();
    const std::scoped_lock lock(owner_check);
    const int code = git_repository_open_ext(out(handle), folder.c_str(), flags, nullptr);
    // libgit2 1.5 reports a repository of another user as missing if no safe.directory is configured.
    if (code != GIT_EOWNER && code != GIT_ENOTFOUND) return code;
    if (const auto safe = safe_name_of(folder); safe && is_safe_directory(*safe)) {
        (void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
        const int again = git_repository_open_ext(out(handle), folder.c_str(), flags, nullptr);
        (void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
        const char* opened = again == 0 ? git_repository_workdir(handle.get()) : nullptr;
        if (again == 0 && !opened) opened = git_repository_path(handle.get()); // bare
        std::error_code error;
        if (opened && std::filesystem::equivalent(opened, *safe, error)) return 0;
    }
    return git_repository_open_ext(out(handle), folder.c_str(), flags, nullptr); // for the message of its error
}

std::expected<RepositoryHandle, Failure> handle_of(const Repository& repository) {
    RepositoryHandle handle;
    if (const int code = open_handle(handle, repository.work_tree))
        return std::unexpected(library_failure(repository.work_tree.string(), "open the repository", code));
    return handle;
}

git_oid to_oid(const ObjectId& id) {
    git_oid oid{};
    std::memcpy(oid.id, id.bytes.data(), id.bytes.size());
    return oid;
}

ObjectId from_oid(const git_oid& oid) {
    ObjectId id;
    std::memcpy(id.bytes.data(), oid.id, id.bytes.size());
    return id;
}

namespace {

/// Returns whether the bytes of the commit match its id.
bool is_intact(git_repository* repository, const git_oid& id) {
    OdbHandle odb;
    OdbObjectHandle object;
    if (git_repository_odb(out(odb), repository) != 0 || git_odb_read(out(object), odb.get(), &id) != 0) return false;
    const std::string_view bytes(static_cast<const char*>(git_odb_object_data(object.get())),
                                 git_odb_object_size(object.get()));
    return id_of(ObjectKind::commit, bytes) == from_oid(id);
}

} // namespace

std::expected<CommitHandle, Failure> commit_of(git_repository* repository, const std::string& ref) {
    git_oid id{};
    CommitHandle commit;
    if (const int code = git_reference_name_to_id(&id, repository, ref.c_str()))
        return std::unexpected(library_failure(ref, "look up the ref", code));
    if (const int code = git_commit_lookup(out(commit), repository, &id)) {
        Failure failure = library_failure(ref, "read the commit", code);
        failure.kind = FailureKind::damaged; // the ref exists but its commit does not
        return std::unexpected(std::move(failure));
    }
    if (!is_intact(repository, id))
        return std::unexpected(failure_of(FailureKind::damaged, ref + ": the commit does not match its id"));
    return commit;
}

} // namespace evenfold::git
