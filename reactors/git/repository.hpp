/// The git repository of a project's folder, which all other functions of this module take.
/// Shapes: absolute paths without symbolic links. Reported file paths are relative to `folder`.
/// Errors: Failure. Nothing is kept open, so a Repository may be copied and used by many threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::git {

/// Default of the size of the largest file that a checkpoint contains.
inline constexpr std::uint64_t file_bytes_default = 100U << 20U;

/// Counts the work of operations while they run. One thread may read the counts while another one works.
struct Progress {
    std::atomic<std::uint64_t> files = 0;   // files of the folder that were looked at
    std::atomic<std::uint64_t> bytes = 0;   // bytes that were read from files or written to them
    std::atomic<std::uint64_t> changed = 0; // files of the folder whose change was begun
    std::atomic<std::uint64_t> written = 0;
    std::atomic<std::uint64_t> removed = 0;
};

/// Checkpoints cover only `folder`. If it is part of a larger work tree, files outside it are neither read nor changed.
struct Repository {
    std::filesystem::path folder;                      // the project's
    std::filesystem::path work_tree;                   // the work tree that has the folder; mostly the folder itself
    std::filesystem::path git_dir;                     // of this work tree: HEAD and index
    std::filesystem::path common_dir;                  // of all its work trees: objects and refs
    std::string prefix;                                // path of the folder in the work tree: "" or "a/b/"
    std::vector<std::string> excluded_prefixes;        // paths that begin with one of these are no part of the folder
    std::vector<system::FileId> excluded_files;        // no part of the folder by any name, such as a hard link
    std::uint64_t file_bytes_max = file_bytes_default; // no checkpoint or commit reads larger files
    std::stop_token stop; // ends a wait for a lock, a scan of the files, and a restore between two files
    std::shared_ptr<Progress> progress = std::make_shared<Progress>(); // may be replaced, never null

    /// Returns the lock file that git makes while it moves that branch.
    [[nodiscard]] std::filesystem::path lock_of(const std::string& branch) const {
        return common_dir / "refs" / "heads" / (branch + ".lock");
    }

    /// Returns whether the name excludes the file: that of the journal, or one in a folder `.evenfold`.
    [[nodiscard]] bool is_excluded(std::string_view path) const;
    [[nodiscard]] bool is_excluded(const system::FileId& file) const {
        return std::ranges::find(excluded_files, file) != excluded_files.end();
    }
    /// Returns whether the name excludes the file, or what it denotes now.
    [[nodiscard]] bool is_excluded_now(std::string_view path) const;
};

/// Returns the repository of `folder`: its own, or the nearest above it in the same file system whose work tree
/// contains the folder. A repository that ignores the folder and tracks none of its files (for example in a home
/// folder) does not count. No checkpoint, commit or restore includes files whose names begin with that of
/// `excluded_file`, their hard links, or the folder `.evenfold`, even if git tracks them, because a revert must not
/// revert the journal that records it. If `excluded_file` is a symbolic link, this applies to each link in the chain
/// and to the final file.
/// Operations fail with FailureKind::stopped if `stop` is requested before they change anything; a restore also later.
/// Fails for a missing folder, a folder inside a `.git`, a repository that libgit2 cannot read (SHA-256, reftable), and
/// a repository of another user that git's `safe.directory` does not name. Writes nothing.
[[nodiscard]] std::expected<Repository, Failure>
open(const std::filesystem::path& folder, const std::filesystem::path& excluded_file = {}, std::stop_token stop = {});

} // namespace evenfold::git
