#include "evenfold/system/notification.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <poll.h>
#include <string>
#include <string_view>
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

/// Calls `visit` with the mask and the name of each inotify event in `bytes`.
template <class Visit>
void for_each_event(std::string_view bytes, const Visit& visit) {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes.size();) {
        inotify_event event{};
        std::memcpy(&event, bytes.data() + at, sizeof event);
        const std::string_view padded = bytes.substr(at + sizeof event, event.len); // with NULs
        visit(event.mask, padded.substr(0, padded.find('\0')));
        at += sizeof event + event.len;
    }
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
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

std::expected<FileWatch, Failure> FileWatch::on(const std::filesystem::path& file) {
    Descriptor events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!events.is_open()) return std::unexpected(watch_failure(file, errno));
    if (add_watch(events.number(), file, on_file)) return FileWatch(file, std::move(events), Watched::file);
    if (errno != ENOENT && errno != EACCES) return std::unexpected(watch_failure(file, errno));
    const bool is_watched = add_watch(events.number(), file.parent_path(), on_folder);
    if (!is_watched && errno != EACCES) return std::unexpected(watch_failure(file, errno));
    return FileWatch(file, std::move(events), Watched::folder);
}

bool FileWatch::read_events() {
    bool is_notified = false;
    const std::string name = file_.filename().string();
    alignas(inotify_event) std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t size = ::read(events_.number(), bytes.data(), bytes.size());
        if (size <= 0) return is_notified;
        for_each_event({bytes.data(), static_cast<std::size_t>(size)},
                       [&](std::uint32_t mask, std::string_view of_file) {
                           if (!of_file.empty() && of_file != name) return; // another file of the watched folder
                           is_notified = true;
                           const std::uint32_t appeared = watched_ == Watched::folder ? IN_CREATE | IN_MOVED_TO : 0U;
                           if ((mask & (gone | appeared)) != 0) is_lost_ = true;
                       });
    }
}

bool FileWatch::drain() {
    (void)read_events();
    return !std::exchange(is_lost_, false);
}

std::expected<WakeReason, Failure> FileWatch::wait(std::chrono::milliseconds limit) {
    const auto bounded = std::clamp<std::int64_t>(limit.count(), 0, std::numeric_limits<int>::max());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(bounded);
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd watched{.fd = events_.number(), .events = POLLIN, .revents = 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready > 0 && read_events()) return WakeReason::notified;
        if (ready == 0) return WakeReason::timed_out;
        if (ready < 0 && errno == EINTR) return WakeReason::interrupted;
        if (ready < 0) return std::unexpected(failure_of(file_, "wait (poll)", errno));
    }
}

} // namespace evenfold::system
