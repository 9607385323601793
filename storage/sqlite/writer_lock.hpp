/// The exclusive lock of the writers of one database, within and between processes, and the notification after a
/// commit. Shapes: the sidecar `<database>-lock`: 10 characters, a process id, then a line with the name of the
/// database's origin. Byte 0 is locked to write, byte 1 to be next, byte 2 shared while a writer is open.
/// Source: open file description locks, fcntl(2). They end with their process, so no stale lock is left.
///
///     auto lock = WriterLock::open(file, 0600);
///     auto guard = lock->acquire(std::chrono::seconds(30)); // FailureKind::busy after that
///     ...                                                // write, commit
///     guard->notify_waiters();
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/system/file_status.hpp"
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

    /// Creates the sidecar if there is none. Those who may write the database may read and write the sidecar, and
    /// nobody else, because a lock of a reader would stop the writers; `mode` has the permission bits of a database
    /// that does not exist yet. Fails if the sidecar is a link, belongs to another user, or has other content.
    [[nodiscard]] static std::expected<WriterLock, system::Failure>
    open(const std::filesystem::path& database, std::uint32_t mode = 0600);

    /// Blocks until this process has the lock, at most `limit`; then fails with FailureKind::busy and names the holding
    /// process if that is known. Waiting writers get the lock before one that has just written.
    [[nodiscard]] std::expected<Guard, system::Failure> acquire(std::chrono::milliseconds limit);

    /// Returns the origin that the sidecar names; empty if it names none. A name that was being written when the power
    /// failed is none.
    [[nodiscard]] std::string origin() const;

    /// Makes the sidecar name `origin`. The caller must hold the lock.
    [[nodiscard]] std::expected<void, system::Failure> name_origin(std::string_view origin) const;

    /// Returns whether another WriterLock, of any process, uses the sidecar.
    [[nodiscard]] bool is_used_elsewhere() const;

private:
    WriterLock(const std::filesystem::path& database, std::uint32_t mode)
        : database_(database), path_(sidecar_of(database)), mode_(mode) {}

    [[nodiscard]] std::expected<void, system::Failure> open_sidecar();
    [[nodiscard]] std::expected<void, system::Failure> check_content() const;
    void set_owner_and_mode(const system::FileStatus& sidecar) const;
    [[nodiscard]] bool is_in_place() const;
    [[nodiscard]] std::expected<void, system::Failure> write_holder() const;
    [[nodiscard]] system::Failure refusal(int error) const;

    std::filesystem::path database_;
    std::filesystem::path path_;
    std::uint32_t mode_; // of the database, if it does not exist yet
    system::Descriptor sidecar_;
    system::FileId id_; // of the open sidecar, which its name must still have
};

} // namespace evenfold::storage::sqlite
