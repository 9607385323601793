#include "evenfold/cli/recording/presence.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace evenfold::cli {
namespace {

/// The byte that stands for a thread. Two threads on one byte would only make each other wait.
struct flock lock_for(const orchestration::ThreadId& thread) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(hash_value(thread) >> 2U);
    lock.l_len = 1;
    return lock;
}

} // namespace

std::expected<Presence, journal::Failure> Presence::open(const std::string& journal) {
    const std::string path = journal + "-live";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0) return Presence(file);
    return std::unexpected(journal::Failure{.kind = journal::FailureKind::input_output,
                                            .what = fmt::format("{}: {}", path, std::generic_category().message(errno)),
                                            .remedy = "make the folder writable, or choose another --db"});
}

Presence::Presence(Presence&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Presence::~Presence() {
    if (file_ >= 0) ::close(file_);
}

bool Presence::claim(const orchestration::ThreadId& thread) const {
    struct flock lock = lock_for(thread);
    return ::fcntl(file_, F_OFD_SETLK, &lock) == 0;
}

bool Presence::is_claimed(const orchestration::ThreadId& thread) const {
    struct flock lock = lock_for(thread);
    return ::fcntl(file_, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace evenfold::cli
