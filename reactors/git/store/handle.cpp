#include "evenfold/reactors/git/store/handle.hpp"

#include <array>

namespace evenfold::git {

void start_library() {
    static const bool started = [] {
        std::array<const char*, 3> extensions{"worktreeconfig", "preciousobjects", "partialclone"};
        return git_libgit2_init() > 0 && git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1) == 0 &&
               git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size()) == 0;
    }();
    (void)started;
}

std::expected<RepositoryHandle, Failure> handle_of(const Repository& repository) {
    start_library();
    RepositoryHandle handle;
    if (const int code = git_repository_open(out(handle), repository.work_tree.c_str()))
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
    return commit;
}

} // namespace evenfold::git
