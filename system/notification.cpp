#include "evenfold/system/notification.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace evenfold::system {

namespace {

constexpr std::uint32_t gone = IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB; // losing its name is IN_ATTRIB
constexpr std::uint32_t on_file = IN_CLOSE_NOWRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t on_folder = IN_CLOSE_NOWRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

bool add_watch(int events, const std::filesystem::path& path, std::uint32_t mask) {
    return ::inotify_add_watch(events, path.c_str(), mask) >= 0;
}

/// Returns whether one of the inotify events in `bytes` means that the watched file is gone.
bool reports_loss(const char* bytes, std::size_t size) {
    for (std::size_t offset = 0; offset + sizeof(inotify_event) <= size;) {
        inotify_event event{};
        std::memcpy(&event, bytes + offset, sizeof event);
        if ((event.mask & gone) != 0) return true;
        offset += sizeof event + event.len;
    }
    return false;
}

/// Returns the failure of a watch. The limits on watches share their errnos with open files and space.
Failure watch_failure(const std::filesystem::path& file, int error) {
    Failure failure = failure_of(file, "watch for changes (inotify)", error);
    if (error != EMFILE && error != ENOSPC) return failure;
    failure.kind = FailureKind::input_output;
    failure.remedy = error == EMFILE ? "Raise the limit on open files (ulimit -n) or on inotify instances (sysctl "
                                       "fs.inotify.max_user_instances), then try again."
                                     : "Raise the limit on watches (sysctl fs.inotify.max_user_watches), then try "
                                       "again.";
    return failure;
}

} // namespace

void notify_waiters(const std::filesystem::path& file) {
    // Opened and closed, not written: written bytes would have to be synced with the next commit.
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
}

std::expected<FileWatch, Failure> FileWatch::on(const std::filesystem::path& file) {
    Descriptor events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!events.is_open()) return std::unexpected(watch_failure(file, errno));
    const bool watched = add_watch(events.number(), file, on_file) ||
                         (errno == ENOENT && add_watch(events.number(), file.parent_path(), on_folder));
    if (!watched) return std::unexpected(watch_failure(file, errno));
    return FileWatch(file, std::move(events));
}

bool FileWatch::drain() {
    bool alive = true;
    alignas(inotify_event) std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t size = ::read(events_.number(), bytes.data(), bytes.size());
        if (size <= 0) return alive;
        if (reports_loss(bytes.data(), static_cast<std::size_t>(size))) alive = false;
    }
}

std::expected<WakeReason, Failure> FileWatch::wait(std::chrono::milliseconds limit) {
    const auto bounded = std::clamp<std::int64_t>(limit.count(), 0, std::numeric_limits<int>::max());
    pollfd watched{.fd = events_.number(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(bounded));
    if (ready > 0) return WakeReason::notified;
    if (ready == 0) return WakeReason::timed_out;
    if (errno == EINTR) return WakeReason::interrupted;
    return std::unexpected(failure_of(file_, "wait (poll)", errno));
}

} // namespace evenfold::system
