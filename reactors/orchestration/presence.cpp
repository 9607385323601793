#include "evenfold/reactors/orchestration/presence.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace evenfold::orchestration {
namespace {

constexpr off_t first_byte = off_t{1} << 61U;

/// The byte that stands for a thread. Two threads on one byte would only make each other wait.
struct flock byte_of(const ThreadId& thread, short type) {
    struct flock lock{};
    lock.l_type = type;
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

bool Presence::claim(const ThreadId& thread) const {
    struct flock lock = byte_of(thread, F_WRLCK);
    return ::fcntl(file_, F_OFD_SETLK, &lock) == 0;
}

void Presence::release(const ThreadId& thread) const {
    struct flock lock = byte_of(thread, F_UNLCK);
    (void)::fcntl(file_, F_OFD_SETLK, &lock);
}

bool Presence::is_elsewhere(const ThreadId& thread) const {
    struct flock lock = byte_of(thread, F_WRLCK);
    return ::fcntl(file_, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Reconcile reconciliation(const Presence& presence, const Model& model) {
    Reconcile ask{{}};
    for (const TurnId& id : model.index->active_turns.sorted()) {
        const Turn* turn = model.index->find(id);
        const Thread* thread = turn ? model.index->find(turn->thread) : nullptr;
        if (!thread || !presence.is_elsewhere(thread->id)) continue;
        ask.live.push_back(
            {.thread = thread->id, .epoch = thread->session ? thread->session->epoch : thread->last_epoch + 1});
    }
    return ask;
}

} // namespace evenfold::orchestration
