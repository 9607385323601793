#include "evenfold/reactors/git/blob_history.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <git2.h>
#include <system_error>
#include <utility>

#include "evenfold/reactors/git/store/checkpoint_ref.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds lock_wait{10'000};

std::expected<RepositoryHandle, Failure> open_repository(const fs::path& folder) {
    RepositoryHandle handle;
    const int code = open_handle(handle, folder);
    if (code == 0) return handle;
    Failure failure = library_failure(folder.string(), "open the repository", code);
    const bool is_missing = failure.kind == FailureKind::not_found;
    if (!is_missing && failure.kind != FailureKind::foreign_owner) return std::unexpected(std::move(failure));
    std::error_code error;
    if (!is_missing || fs::exists(folder / ".git", error) || fs::exists(folder / "HEAD", error)) {
        // libgit2 1.5 reports a repository of another user as missing if no safe.directory is configured.
        return std::unexpected(
            Failure{.kind = FailureKind::foreign_owner,
                    .what = fmt::format("{}: the repository belongs to another user", folder.string()),
                    .remedy = fmt::format("If you trust it, run `git config --global --add safe.directory {}`.",
                                          fs::absolute(folder, error).string())});
    }
    return std::unexpected(
        failure_of(FailureKind::not_a_repository, fmt::format("{}: not a git repository", folder.string())));
}

/// Returns the blob of the commit.
std::expected<std::string, Failure>
blob_of(git_repository* repository, const git_commit* commit, const std::string& file_name) {
    const std::string shown = fmt::format("{}:{}", to_text(from_oid(*git_commit_id(commit))), file_name);
    TreeHandle tree;
    if (const int code = git_commit_tree(out(tree), commit))
        return std::unexpected(library_failure(shown, "read the tree", code));
    const git_tree_entry* entry = git_tree_entry_byname(tree.get(), file_name.c_str());
    if (!entry) return std::unexpected(failure_of(FailureKind::damaged, shown + ": the commit has no such file"));
    OdbHandle odb;
    OdbObjectHandle object;
    int code = git_repository_odb(out(odb), repository);
    if (code == 0) code = git_odb_read(out(object), odb.get(), git_tree_entry_id(entry));
    if (code != 0) return std::unexpected(library_failure(shown, "read the file", code));
    std::string bytes(static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get()));
    if (id_of(ObjectKind::blob, bytes) != from_oid(*git_tree_entry_id(entry)))
        return std::unexpected(failure_of(FailureKind::damaged, shown + ": the file does not match its id"));
    return bytes;
}

/// Returns the commit that the ref names; an empty handle if there is no such ref.
std::expected<CommitHandle, Failure> newest_commit(git_repository* repository, const std::string& ref) {
    auto commit = commit_of(repository, ref);
    if (commit || commit.error().kind != FailureKind::not_found) return commit;
    return CommitHandle();
}

struct NewVersion {
    std::optional<ObjectId> parent;
    std::string file_name;
    std::string bytes;
    std::string message;
    std::int64_t at_s = 0;
};

/// Writes the tree with one file.
std::expected<TreeHandle, Failure> write_tree(git_repository* repository, const NewVersion& version) {
    git_oid blob{};
    git_oid id{};
    git_treebuilder* builder = nullptr;
    TreeHandle tree;
    int code = git_blob_create_from_buffer(&blob, repository, version.bytes.data(), version.bytes.size());
    if (code == 0) code = git_treebuilder_new(&builder, repository, nullptr);
    if (code == 0) code = git_treebuilder_insert(nullptr, builder, version.file_name.c_str(), &blob, GIT_FILEMODE_BLOB);
    if (code == 0) code = git_treebuilder_write(&id, builder);
    git_treebuilder_free(builder);
    if (code == 0) code = git_tree_lookup(out(tree), repository, &id);
    if (code != 0) return std::unexpected(library_failure(version.file_name, "write the tree", code));
    return tree;
}

/// Writes the commit without moving a ref.
std::expected<git_oid, Failure> write_commit(git_repository* repository, const NewVersion& version) {
    auto tree = write_tree(repository, version);
    if (!tree) return std::unexpected(std::move(tree.error()));
    SignatureHandle author;
    CommitHandle parent;
    int code = git_signature_new(out(author), "evenfold", "evenfold@localhost", version.at_s, 0);
    if (code == 0 && version.parent) {
        const git_oid id = to_oid(*version.parent);
        code = git_commit_lookup(out(parent), repository, &id);
    }
    git_oid commit{};
    const git_commit* parents = parent.get();
    if (code == 0)
        code = git_commit_create(&commit, repository, nullptr, author.get(), author.get(), nullptr,
                                 version.message.c_str(), tree->get(), parents ? 1 : 0, parents ? &parents : nullptr);
    if (code != 0) return std::unexpected(library_failure(version.file_name, "write the commit", code));
    return commit;
}

} // namespace

BlobHistory::BlobHistory(fs::path folder, fs::path common_dir, std::string ref, std::string file_name)
    : folder_(std::move(folder)),
      common_dir_(std::move(common_dir)),
      ref_(std::move(ref)),
      file_name_(std::move(file_name)) {}

std::expected<BlobHistory, Failure> BlobHistory::open(const fs::path& folder, std::string ref, std::string file_name) {
    if (auto checked = check_ref(ref); !checked) return std::unexpected(std::move(checked.error()));
    const auto repository = open_repository(folder);
    if (!repository) return std::unexpected(repository.error());
    return BlobHistory(folder, git_repository_commondir(repository->get()), std::move(ref), std::move(file_name));
}

std::expected<system::Descriptor, Failure> BlobHistory::lock() const {
    return system::lock_file(common_dir_ / "evenfold" / "lock-histories", {}, lock_wait);
}

std::expected<std::optional<BlobVersion>, Failure> BlobHistory::newest() const {
    const auto repository = open_repository(folder_);
    if (!repository) return std::unexpected(repository.error());
    const auto commit = newest_commit(repository->get(), ref_);
    if (!commit) return std::unexpected(commit.error());
    if (!*commit) return std::nullopt;
    auto bytes = blob_of(repository->get(), commit->get(), file_name_);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    return BlobVersion{.commit = from_oid(*git_commit_id(commit->get())), .bytes = *std::move(bytes)};
}

std::expected<std::vector<BlobVersion>, Failure> BlobHistory::all() const {
    const auto repository = open_repository(folder_);
    if (!repository) return std::unexpected(repository.error());
    auto found = newest_commit(repository->get(), ref_);
    if (!found) return std::unexpected(std::move(found.error()));
    std::vector<BlobVersion> versions;
    for (CommitHandle commit = *std::move(found); commit;) {
        auto bytes = blob_of(repository->get(), commit.get(), file_name_);
        if (!bytes) return std::unexpected(std::move(bytes.error()));
        versions.push_back({.commit = from_oid(*git_commit_id(commit.get())), .bytes = *std::move(bytes)});
        CommitHandle parent;
        if (git_commit_parentcount(commit.get()) > 0) {
            if (const int code = git_commit_parent(out(parent), commit.get(), 0))
                return std::unexpected(library_failure(ref_, "read an earlier commit", code));
        }
        commit = std::move(parent);
    }
    std::ranges::reverse(versions);
    return versions;
}

std::expected<std::optional<ObjectId>, Failure>
BlobHistory::append(const std::optional<ObjectId>& last, const std::string& bytes, const std::string& message,
                    std::int64_t at_s) const {
    const auto repository = open_repository(folder_);
    if (!repository) return std::unexpected(repository.error());
    const auto commit = write_commit(
        repository->get(), {.parent = last, .file_name = file_name_, .bytes = bytes, .message = message, .at_s = at_s});
    if (!commit) return std::unexpected(commit.error());
    ReferenceHandle moved;
    int code = 0;
    if (last) {
        const git_oid before = to_oid(*last);
        code = git_reference_create_matching(out(moved), repository->get(), ref_.c_str(), &*commit, 1, &before,
                                             message.c_str());
    } else {
        code = git_reference_create(out(moved), repository->get(), ref_.c_str(), &*commit, 0, message.c_str());
    }
    if (code == GIT_EMODIFIED || code == GIT_EEXISTS || (last && code == GIT_ENOTFOUND)) return std::nullopt;
    if (code != 0) return std::unexpected(library_failure(ref_, "move the ref", code));
    return from_oid(*commit);
}

} // namespace evenfold::git
