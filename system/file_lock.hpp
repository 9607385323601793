/// Locks between processes: on single bytes of an open file, and on a whole file.
/// Shapes: bytes by their offset, which may lie beyond the end of the file. All end with their process or descriptor,
/// so no stale lock is left. Errors: an errno, or 0 on success; Failure where a lock file is opened.
/// Source: fcntl(2), open file description locks; flock(2). A byte's lock and a file's do not exclude each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <stop_token>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// Opens the existing file `path` for its bytes to be locked, or returns the errno.
[[nodiscard]] std::expected<Descriptor, int> open_to_lock(const std::filesystem::path& path);

/// Locks the byte exclusively for this open file without blocking. Returns 0 or an errno; see is_held_elsewhere.
[[nodiscard]] int try_lock_byte(int file, std::int64_t byte);

/// Locks the byte for reading, together with others that do so. The file must be open for reading.
[[nodiscard]] int try_share_byte(int file, std::int64_t byte);

/// As try_lock_byte, but retries until `deadline` while another open file holds the byte.
[[nodiscard]] int lock_byte_until(int file, std::int64_t byte, std::chrono::steady_clock::time_point deadline);

void unlock_byte(int file, std::int64_t byte);

/// Returns whether another open file, in this process or another, holds the byte.
[[nodiscard]] bool is_byte_locked_elsewhere(int file, std::int64_t byte);

/// Returns whether another open file holds one of `count` bytes from `first`, exclusively or shared.
[[nodiscard]] bool is_range_locked_elsewhere(int file, std::int64_t first, std::int64_t count);

/// Returns whether process `pid` holds the exclusive lock of `byte` of `file`; false also if that cannot be known. The
/// system names no process for these locks, so the descriptors of `pid` are searched.
[[nodiscard]] bool is_lock_held_by(int pid, int file, std::int64_t byte);

/// Returns whether `error`, from a function above, means that another open file holds the byte.
[[nodiscard]] bool is_held_elsewhere(int error);

enum class LockKind : std::uint8_t { exclusive, shared };

/// Locks the open file `path` as a whole. The lock ends with the descriptor. Waits at most `limit`, then fails with
/// FailureKind::busy; fails with FailureKind::stopped as soon as `stop` is requested.
[[nodiscard]] std::expected<void, Failure> lock_open_file(const Descriptor& file, LockKind kind,
                                                          const std::filesystem::path& path,
                                                          const std::stop_token& stop, std::chrono::milliseconds limit);

/// Opens `path`, which is created if it does not exist and is never removed, with its missing folders, and locks it
/// exclusively; see lock_open_file.
[[nodiscard]] std::expected<Descriptor, Failure>
lock_file(const std::filesystem::path& path, const std::stop_token& stop, std::chrono::milliseconds limit);

/// Returns the id of this process, as lock files show it.
[[nodiscard]] int process_id();

} // namespace evenfold::system
