#include "evenfold/cli/recording/presence.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace evenfold::cli {
namespace {

constexpr off_t first_byte = off_t{1} << 61U;

/// The byte that stands for a thread. Two threads on one byte would only make each other wait.
struct flock lock_for(const orchestration::ThreadId& thread) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = first_byte + static_cast<off_t>(hash_value(thread) >> 3U);
    lock.l_len = 1;
    return lock;
}

} // namespace

std::expected<Presence, journal::Failure> Presence::open(const std::string& journal) {
    const int file = ::open(journal.c_str(), O_RDWR | O_CLOEXEC);
    if (file >= 0) return Presence(file);
    return std::unexpected(
        journal::Failure{.kind = journal::FailureKind::input_output,
                         .what = fmt::format("{}: {}", journal, std::generic_category().message(errno)),
                         .remedy = "make the file writable, or choose another --db"});
}

bool Presence::claim(const orchestration::ThreadId& thread) const {
    struct flock lock = lock_for(thread);
    return ::fcntl(file_, F_OFD_SETLK, &lock) == 0;
}

} // namespace evenfold::cli
