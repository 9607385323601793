/// The exclusive lock of the writers of one database, within and between processes, and the notification after a
/// commit. Shapes: the sidecar `<database>-lock`, 10 bytes, a process id; byte 0 is locked to write, byte 1 to be next.
/// Source: open file description locks, fcntl(2). They end with their process, so no stale lock is left.
///
///     auto lock = WriterLock::open(file);
///     auto guard = lock->acquire(std::chrono::seconds(30)); // FailureKind::busy after that
///     ...                                                // write, commit
///     guard->notify_waiters();
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <sys/types.h>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/system/notification.hpp"

namespace evenfold::storage::sqlite {

/// Returns `database` with the suffix `-lock`.
[[nodiscard]] std::filesystem::path sidecar_of(const std::filesystem::path& database);

/// Watches for commits to `database`: each `notify_waiters` wakes it.
[[nodiscard]] std::expected<system::FileWatch, system::Failure> watch_commits(const std::filesystem::path& database);

/// Two WriterLocks on one path exclude each other, also within a process. Not for use by two threads at once.
class WriterLock {
public:
    /// Holds the writer lock and releases it on destruction. Until then no other writer writes or checkpoints.
    class Guard {
    public:
        Guard(Guard&& other) noexcept : sidecar_(std::exchange(other.sidecar_, -1)), path_(other.path_) {}
        Guard& operator=(Guard&&) = delete;
        ~Guard();

        /// Wakes processes that wait for commits.
        void notify_waiters() const { system::notify_waiters(*path_); }

    private:
        friend class WriterLock;
        Guard(int sidecar, const std::filesystem::path& path) : sidecar_(sidecar), path_(&path) {}

        int sidecar_;
        const std::filesystem::path* path_; // of the sidecar, in the lock that outlives this
    };

    /// Creates the sidecar if there is none.
    [[nodiscard]] static std::expected<WriterLock, system::Failure> open(const std::filesystem::path& database);

    /// Blocks until this process has the lock, at most `limit`; then fails with FailureKind::busy and names the holding
    /// process. Waiting writers get the lock before one that has just written.
    [[nodiscard]] std::expected<Guard, system::Failure> acquire(std::chrono::milliseconds limit);

private:
    explicit WriterLock(const std::filesystem::path& database) : database_(database), path_(sidecar_of(database)) {}

    [[nodiscard]] std::expected<void, system::Failure> open_sidecar();
    [[nodiscard]] bool is_in_place() const;
    [[nodiscard]] std::expected<void, system::Failure> write_holder() const;
    [[nodiscard]] system::Failure refusal(int error) const;

    std::filesystem::path database_;
    std::filesystem::path path_;
    system::Descriptor sidecar_;
    dev_t device_ = 0; // of the open sidecar, and
    ino_t inode_ = 0;  // that which its name must still have
};

} // namespace evenfold::storage::sqlite
