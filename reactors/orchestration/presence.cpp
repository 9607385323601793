#include "evenfold/reactors/orchestration/presence.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "evenfold/system/file_lock.hpp"

namespace evenfold::orchestration {
namespace {

// First bytes of the ranges that stand for threads. Two threads that share a byte only wait for each other.
constexpr std::int64_t at_work = std::int64_t{1} << 61U;
constexpr std::int64_t tended = std::int64_t{1} << 62U;

constexpr std::chrono::milliseconds tending_max = std::chrono::seconds(10);
constexpr std::chrono::milliseconds pause(5);

std::int64_t byte_of(const ThreadId& thread, std::int64_t begin) {
    return begin + static_cast<std::int64_t>(hash_value(thread) >> 3U);
}

bool lock(int file, const ThreadId& thread, std::int64_t begin) {
    return system::try_lock_byte(file, byte_of(thread, begin)) == 0;
}

void unlock(int file, const ThreadId& thread, std::int64_t begin) {
    system::unlock_byte(file, byte_of(thread, begin));
}

} // namespace

std::expected<Presence, system::Failure> Presence::open(const std::string& journal) {
    auto file = system::open_to_lock(journal);
    if (file) return Presence(file->release());
    return std::unexpected(
        system::Failure{.kind = system::FailureKind::input_output,
                        .what = fmt::format("{}: {}", journal, system::message_of_errno(file.error())),
                        .remedy = "make the file writable, or choose another --db"});
}

bool Presence::claim(const ThreadId& thread) const {
    return lock(file_, thread, at_work);
}

/// `acquire_recovery` checks the other byte after it locks its own, and `claim` comes before this: one of them sees the
/// other.
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
    return system::is_byte_locked_elsewhere(file_, byte_of(thread, at_work));
}

bool Presence::acquire_recovery(const ThreadId& thread) const {
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
