#include "evenfold/reactors/git/store/handle.hpp"

#include <array>

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
