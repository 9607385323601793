#include "evenfold/system/file_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::system {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::microseconds byte_pause_first{50};
constexpr std::chrono::microseconds byte_pause_max{2000};
constexpr std::chrono::milliseconds file_pause_first{1};
constexpr std::chrono::milliseconds file_pause_max{50};

struct flock range_lock(std::int64_t first, std::int64_t count, short type) {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = first;
    lock.l_len = count;
    return lock;
}

struct flock byte_lock(std::int64_t byte, short type) {
    return range_lock(byte, 1, type);
}

/// Returns whether a line of /proc/<pid>/fdinfo, "lock: 1: OFDLCK ADVISORY WRITE -1 fd:00:1050 0 0", is that lock.
bool is_line_of_lock(std::string_view line, std::uint64_t inode, std::int64_t byte) {
    return line.starts_with("lock:") && line.find("OFDLCK") != std::string_view::npos &&
           line.find("WRITE") != std::string_view::npos && line.ends_with(fmt::format(":{} {} {}", inode, byte, byte));
}

Failure
lock_failure(const std::filesystem::path& path, FailureKind kind, std::string_view why, std::string_view remedy) {
    return {.kind = kind, .what = path.string() + ": " + std::string(why), .remedy = std::string(remedy)};
}

} // namespace

std::expected<Descriptor, int> open_to_lock(const std::filesystem::path& path) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file.is_open()) return std::unexpected(errno);
    return file;
}

int try_lock_byte(int file, std::int64_t byte) {
    struct flock lock = byte_lock(byte, F_WRLCK);
    return ::fcntl(file, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

int try_share_byte(int file, std::int64_t byte) {
    struct flock lock = byte_lock(byte, F_RDLCK);
    return ::fcntl(file, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

// Sleeps between tries, because the system's own blocking lock takes no time limit without a signal.
int lock_byte_until(int file, std::int64_t byte, steady_clock::time_point deadline) {
    for (auto pause = byte_pause_first;; pause = std::min(pause * 2, byte_pause_max)) {
        const int error = try_lock_byte(file, byte);
        if (!is_held_elsewhere(error) || steady_clock::now() >= deadline) return error;
        std::this_thread::sleep_for(pause);
    }
}

void unlock_byte(int file, std::int64_t byte) {
    struct flock lock = byte_lock(byte, F_UNLCK);
    (void)::fcntl(file, F_OFD_SETLK, &lock);
}

bool is_byte_locked_elsewhere(int file, std::int64_t byte) {
    return is_range_locked_elsewhere(file, byte, 1);
}

bool is_range_locked_elsewhere(int file, std::int64_t first, std::int64_t count) {
    struct flock lock = range_lock(first, count, F_WRLCK);
    return ::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool is_lock_held_by(int pid, int file, std::int64_t byte) {
    const auto status = status_of(file);
    if (!status || pid <= 0) return false;
    std::error_code error;
    for (std::filesystem::directory_iterator each(fmt::format("/proc/{}/fdinfo", pid), error), end;
         !error && each != end; each.increment(error)) {
        std::ifstream info(each->path());
        for (std::string line; std::getline(info, line);) {
            if (is_line_of_lock(line, status->id.inode, byte)) return true;
        }
    }
    return false;
}

bool is_held_elsewhere(int error) {
    return error == EAGAIN || error == EACCES;
}

std::expected<void, Failure> lock_open_file(const Descriptor& file, LockKind kind, const std::filesystem::path& path,
                                            const std::stop_token& stop, std::chrono::milliseconds limit) {
    const auto deadline = steady_clock::now() + limit;
    const int operation = (kind == LockKind::exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
    for (auto pause = file_pause_first;; pause = std::min(2 * pause, file_pause_max)) {
        if (::flock(file.number(), operation) == 0) return {};
        if (errno != EINTR && errno != EWOULDBLOCK) return std::unexpected(failure_of(path, "lock", errno));
        if (stop.stop_requested()) {
            return std::unexpected(lock_failure(path, FailureKind::stopped, "stopped while waiting for the lock",
                                                "Try again; nothing was changed."));
        }
        if (steady_clock::now() >= deadline) {
            return std::unexpected(lock_failure(path, FailureKind::busy, "another evenfold process holds the lock",
                                                "Wait until the other process has finished, then try again."));
        }
        std::this_thread::sleep_for(pause);
    }
}

std::expected<Descriptor, Failure>
lock_file(const std::filesystem::path& path, const std::stop_token& stop, std::chrono::milliseconds limit) {
    if (auto made = make_folders(path.parent_path()); !made) return std::unexpected(made.error());
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open to lock", errno));
    if (auto locked = lock_open_file(file, LockKind::exclusive, path, stop, limit); !locked)
        return std::unexpected(std::move(locked.error()));
    return file;
}

int process_id() {
    return ::getpid();
}

} // namespace evenfold::system
