#include "evenfold/journal/sqlite/sidecar/watch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <poll.h>
#include <sys/inotify.h>

#include "evenfold/journal/sqlite/failure.hpp"
#include "evenfold/journal/sqlite/sidecar/writer_lock.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::uint32_t gone = IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB; // losing its name is IN_ATTRIB
constexpr std::uint32_t on_sidecar = IN_CLOSE_NOWRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t on_folder = IN_CLOSE_NOWRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

bool add(int events, const std::filesystem::path& path, std::uint32_t mask) {
    return inotify_add_watch(events, path.c_str(), mask) >= 0;
}

/// Whether one of the inotify events in `bytes` says that the watched file is gone.
bool tells_of_loss(const char* bytes, std::size_t size) {
    for (std::size_t place = 0; place + sizeof(inotify_event) <= size;) {
        inotify_event event{};
        std::memcpy(&event, bytes + place, sizeof event);
        if ((event.mask & gone) != 0) return true;
        place += sizeof event + event.len;
    }
    return false;
}

/// The system has a limit of its own for watches, and spells it like those of files and of space.
Failure watch_failure(const std::filesystem::path& journal, int error) {
    Failure failure = failure_of(journal, "watch for appends (inotify)", error);
    if (error != EMFILE && error != ENOSPC) return failure;
    failure.kind = FailureKind::input_output;
    failure.remedy = error == EMFILE ? "Raise the limit of open files (ulimit -n) or of watching processes (sysctl "
                                       "fs.inotify.max_user_instances), then try again."
                                     : "Raise the limit of watches (sysctl fs.inotify.max_user_watches), then try "
                                       "again.";
    return failure;
}

} // namespace

std::expected<Watch, Failure> Watch::on(const std::filesystem::path& journal) {
    Descriptor events(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!events.is_open()) return std::unexpected(watch_failure(journal, errno));
    const bool watched = add(events.number(), sidecar_of(journal), on_sidecar) ||
                         (errno == ENOENT && add(events.number(), journal.parent_path(), on_folder));
    if (!watched) return std::unexpected(watch_failure(journal, errno));
    return Watch(journal, std::move(events));
}

bool Watch::drain() {
    bool alive = true;
    alignas(inotify_event) std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t size = ::read(events_.number(), bytes.data(), bytes.size());
        if (size <= 0) return alive;
        if (tells_of_loss(bytes.data(), static_cast<std::size_t>(size))) alive = false;
    }
}

std::expected<Woken, Failure> Watch::wait(std::chrono::milliseconds at_most) {
    const auto limit = std::clamp<std::int64_t>(at_most.count(), 0, std::numeric_limits<int>::max());
    pollfd watched{.fd = events_.number(), .events = POLLIN, .revents = 0};
    const int ready = poll(&watched, 1, static_cast<int>(limit));
    if (ready > 0) return Woken::rung;
    if (ready == 0) return Woken::timed_out;
    if (errno == EINTR) return Woken::interrupted;
    return std::unexpected(failure_of(journal_, "wait (poll)", errno));
}

} // namespace evenfold::journal::sqlite
