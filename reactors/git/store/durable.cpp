#include "evenfold/reactors/git/store/durable.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds turn_pause_max(50);

std::unexpected<Failure> broken(const fs::path& path, std::string_view place) {
    return std::unexpected(failure_of(path, place, errno));
}

} // namespace

int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::write(file, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return 0;
}

std::expected<void, Failure> sync_path(const fs::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return broken(path, "open to flush");
    if (::fsync(file.number()) != 0) return broken(path, "flush");
    return {};
}

std::expected<void, Failure> sync_up_to(const fs::path& path, const fs::path& top) {
    for (fs::path at = path;; at = at.parent_path()) {
        auto synced = sync_path(at);
        if (!synced && synced.error().kind != FailureKind::not_found) return synced;
        if (at == top || !at.has_relative_path()) return {};
    }
}

std::expected<void, Failure> make_folders(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0777) == 0) return sync_path(folder.parent_path());
    if (errno == EEXIST) return {};
    if (errno != ENOENT || !folder.has_relative_path()) return broken(folder, "make the folder");
    if (auto made = make_folders(folder.parent_path()); !made) return made;
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) return broken(folder, "make the folder");
    return sync_path(folder.parent_path());
}

std::expected<void, Failure> write_durably(const fs::path& path, const fs::path& fresh, std::string_view bytes) {
    {
        const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file.is_open()) return broken(fresh, "open to write");
        if (const int error = write_all(file.number(), bytes))
            return std::unexpected(failure_of(fresh, "write", error));
        if (::fsync(file.number()) != 0) return broken(fresh, "flush");
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return broken(path, "rename");
    return sync_path(path.parent_path());
}

std::expected<Descriptor, Failure>
take_turn(const fs::path& lock, const std::stop_token& stop, std::chrono::milliseconds wait_max) {
    using std::chrono::steady_clock;
    const auto late = steady_clock::now() + wait_max;
    std::chrono::milliseconds pause(1);
    if (auto made = make_folders(lock.parent_path()); !made) return std::unexpected(made.error());
    Descriptor file(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!file.is_open()) return broken(lock, "open to lock");
    while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && errno != EWOULDBLOCK) return broken(lock, "lock");
        if (stop.stop_requested())
            return std::unexpected(failure_of(FailureKind::stopped, lock.string() + ": stopped in the wait for it"));
        if (steady_clock::now() >= late) {
            return std::unexpected(
                failure_of(FailureKind::busy, lock.string() + ": another evenfold is at work in this repository"));
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, turn_pause_max);
    }
    return file;
}

} // namespace evenfold::git
