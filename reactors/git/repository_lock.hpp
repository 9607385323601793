/// Locks between the processes that work on one repository.
/// Shapes: files below `evenfold/` in the git directory, which must be writable. They remain after the lock is
/// released.
/// Errors: busy after an hour, stopped as soon as the repository's stop is requested.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <sys/stat.h>

#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

/// Longest wait for a lock. Another process's first capture of a large work tree may take a part of it.
inline constexpr std::chrono::milliseconds lock_wait_max = std::chrono::hours(1);

/// Holds the lock of a folder of a repository, and releases it on destruction. Captures, restores and commits of one
/// folder run one after another, across all processes.
class RepositoryLock {
public:
    [[nodiscard]] static std::expected<RepositoryLock, Failure> acquire(const Repository& repository);

    [[nodiscard]] const std::filesystem::path& cache_file() const { return cache_file_; }

    /// Returns the time of the file system when the lock was acquired.
    [[nodiscard]] const struct timespec& now() const { return now_; }

private:
    RepositoryLock(system::Descriptor lock, std::filesystem::path cache_file, const struct timespec& now)
        : lock_(std::move(lock)), cache_file_(std::move(cache_file)), now_(now) {}

    system::Descriptor lock_;
    std::filesystem::path cache_file_;
    struct timespec now_;
};

/// Returns the file with the status of the folder's files. It may be read without the lock.
[[nodiscard]] std::filesystem::path cache_file_of(const Repository& repository);

/// Locks the list of the repository's worktrees, which all of its folders share.
[[nodiscard]] std::expected<system::Descriptor, Failure> lock_worktrees(const Repository& repository);

} // namespace evenfold::git
