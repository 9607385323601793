#include "evenfold/reactors/orchestration/presence.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace evenfold::orchestration {
namespace {

// Where the bytes begin that stand for threads. Two threads on one byte would only make each other wait.
constexpr off_t at_work = off_t{1} << 61U;
constexpr off_t tended = off_t{1} << 62U;

constexpr std::chrono::milliseconds tending_max = std::chrono::seconds(10);
constexpr std::chrono::milliseconds pause(5);

struct flock byte_of(const ThreadId& thread, off_t begin, short type) {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = begin + static_cast<off_t>(hash_value(thread) >> 3U);
    lock.l_len = 1;
    return lock;
}

bool lock(int file, const ThreadId& thread, off_t begin) {
    struct flock byte = byte_of(thread, begin, F_WRLCK);
    return ::fcntl(file, F_OFD_SETLK, &byte) == 0;
}

void unlock(int file, const ThreadId& thread, off_t begin) {
    struct flock byte = byte_of(thread, begin, F_UNLCK);
    (void)::fcntl(file, F_OFD_SETLK, &byte);
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
    return lock(file_, thread, at_work);
}

/// Who tends looks at the other byte after its own, who claims before it: one of them sees the other.
bool Presence::outlast_tender(const ThreadId& thread) const {
    for (auto waited = pause; waited <= tending_max; waited += pause) {
        if (lock(file_, thread, tended)) {
            unlock(file_, thread, tended);
            return true;
        }
        std::this_thread::sleep_for(pause);
    }
    return false;
}

bool Presence::is_elsewhere(const ThreadId& thread) const {
    struct flock byte = byte_of(thread, at_work, F_WRLCK);
    return ::fcntl(file_, F_OFD_GETLK, &byte) == 0 && byte.l_type != F_UNLCK;
}

bool Presence::tend(const ThreadId& thread) const {
    if (!lock(file_, thread, tended)) return false;
    if (!is_elsewhere(thread)) return true;
    leave(thread);
    return false;
}

void Presence::leave(const ThreadId& thread) const {
    unlock(file_, thread, tended);
}

Reconcile reconciliation(const Presence& presence, const Model& model) {
    Reconcile ask{{}};
    for (const TurnId& id : model->index.active_turns.sorted()) {
        const Turn* turn = model->index.find(id);
        const Thread* thread = turn ? model->index.find(turn->thread) : nullptr;
        if (!thread || !presence.is_elsewhere(thread->id)) continue;
        ask.live.push_back(
            {.thread = thread->id, .epoch = thread->session ? thread->session->epoch : thread->last_epoch + 1});
    }
    return ask;
}

} // namespace evenfold::orchestration
