/// Owning handles of libgit2's objects, and libgit2 itself, started when it is first needed.
/// Shapes: a pointer that owns; `out` returns the pointer that a function of libgit2 fills.
/// Source: https://libgit2.org/libgit2/#v1.5.1
#pragma once

#include <expected>
#include <filesystem>
#include <git2.h>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/object_id.hpp"

namespace evenfold::git {

/// Owns an object that `free` releases.
template <class T, auto free>
class GitHandle {
public:
    GitHandle() = default;
    GitHandle(GitHandle&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    GitHandle& operator=(GitHandle&& other) noexcept {
        std::swap(held_, other.held_);
        return *this;
    }
    ~GitHandle() { free(held_); }

    [[nodiscard]] T* get() const { return held_; }
    explicit operator bool() const { return held_ != nullptr; }

    /// Returns the pointer for libgit2 to fill. Frees the object held before.
    [[nodiscard]] T** fill() {
        free(std::exchange(held_, nullptr));
        return &held_;
    }

private:
    T* held_ = nullptr;
};

/// Returns the T** that a function of libgit2 fills.
template <class T, auto free>
[[nodiscard]] T** out(GitHandle<T, free>& handle) {
    return handle.fill();
}

using RepositoryHandle = GitHandle<git_repository, git_repository_free>;
using OdbHandle = GitHandle<git_odb, git_odb_free>;
using OdbObjectHandle = GitHandle<git_odb_object, git_odb_object_free>;
using IndexHandle = GitHandle<git_index, git_index_free>;
using ConfigHandle = GitHandle<git_config, git_config_free>;
using CommitHandle = GitHandle<git_commit, git_commit_free>;
using TreeHandle = GitHandle<git_tree, git_tree_free>;
using ReferenceHandle = GitHandle<git_reference, git_reference_free>;
using ObjectHandle = GitHandle<git_object, git_object_free>;
using SignatureHandle = GitHandle<git_signature, git_signature_free>;
using DiffHandle = GitHandle<git_diff, git_diff_free>;
using PatchHandle = GitHandle<git_patch, git_patch_free>;
using WorktreeHandle = GitHandle<git_worktree, git_worktree_free>;
using RevwalkHandle = GitHandle<git_revwalk, git_revwalk_free>;
using FilterListHandle = GitHandle<git_filter_list, git_filter_list_free>;

/// Bytes that libgit2 wrote.
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { git_buf_dispose(&held_); }
    operator git_buf*() { return &held_; } // NOLINT(google-explicit-constructor): that is its use
    [[nodiscard]] std::string_view bytes() const { return {held_.ptr ? held_.ptr : "", held_.size}; }

private:
    git_buf held_{};
};

/// Starts libgit2 once per process. It then flushes its files to the disk, and opens repositories with git's extensions
/// worktreeConfig, preciousObjects and partialClone. It no longer compares objects with their ids, because its SHA-1
/// takes a third of the time of a restore: `Objects::read` and `commit_of` compare them with OpenSSL's.
void start_library();

/// Opens the repository of `folder` like git_repository_open_ext, and also one of another user that `safe.directory`
/// names. Returns the code of libgit2. Every opening uses it, because libgit2 checks the owner in all threads or none.
[[nodiscard]] int open_handle(RepositoryHandle& handle, const std::filesystem::path& folder,
                              unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH);

/// Returns a new handle. Each operation needs its own, because an old handle may rely on packs that git has removed.
[[nodiscard]] std::expected<RepositoryHandle, Failure> handle_of(const Repository& repository);

[[nodiscard]] git_oid to_oid(const ObjectId& id);
[[nodiscard]] ObjectId from_oid(const git_oid& oid);

/// Returns the commit that `ref` names. Fails with FailureKind::not_found if there is no such ref, and with damaged if
/// the commit is missing or does not match its id.
[[nodiscard]] std::expected<CommitHandle, Failure> commit_of(git_repository* repository, const std::string& ref);

} // namespace evenfold::git
