#include "evenfold/reactors/orchestration/thread_claims.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "evenfold/system/file_lock.hpp"

namespace evenfold::orchestration {
namespace {

// First bytes of the ranges that represent threads, of 2^61 bytes each. The journal uses the bytes after them. Threads
// that share a byte exclude each other without need.
constexpr std::int64_t work_range = std::int64_t{1} << 61U;
constexpr std::int64_t recovery_range = std::int64_t{1} << 62U;

constexpr std::chrono::milliseconds recovery_wait_max = std::chrono::seconds(10);
constexpr std::chrono::milliseconds pause(5);

std::int64_t byte_of(const ThreadId& thread, std::int64_t begin) {
    return begin + static_cast<std::int64_t>(hash_value(thread) >> 3U);
}

/// The bytes of an open file, by their offsets.
class FileLocks final : public journal::ProgramLocks {
public:
    explicit FileLocks(int file) : file_(file) {}

    bool try_lock(std::int64_t byte) override { return system::try_lock_byte(file_, byte) == 0; }
    void unlock(std::int64_t byte) override { system::unlock_byte(file_, byte); }
    bool is_locked_elsewhere(std::int64_t byte) override { return system::is_byte_locked_elsewhere(file_, byte); }

private:
    int file_;
};

} // namespace

std::expected<ThreadClaims, system::Failure> ThreadClaims::open(const std::string& journal) {
    auto file = system::open_to_lock(journal);
    if (file) return ThreadClaims(std::make_shared<FileLocks>(file->release()));
    return std::unexpected(
        system::Failure{.kind = system::FailureKind::input_output,
                        .what = fmt::format("{}: {}", journal, system::message_of_errno(file.error())),
                        .remedy = "make the file writable, or choose another --db"});
}

bool ThreadClaims::claim(const ThreadId& thread) const {
    return locks_->try_lock(byte_of(thread, work_range));
}

/// No race is possible, because each side locks its own byte before it checks the byte of the other.
bool ThreadClaims::wait_for_recovery(const ThreadId& thread) const {
    for (auto waited = pause; waited <= recovery_wait_max; waited += pause) {
        if (locks_->try_lock(byte_of(thread, recovery_range))) {
            release_recovery(thread);
            return true;
        }
        std::this_thread::sleep_for(pause);
    }
    return false;
}

bool ThreadClaims::is_claimed_elsewhere(const ThreadId& thread) const {
    return locks_->is_locked_elsewhere(byte_of(thread, work_range));
}

bool ThreadClaims::acquire_recovery(const ThreadId& thread) const {
    if (!locks_->try_lock(byte_of(thread, recovery_range))) return false;
    if (!is_claimed_elsewhere(thread)) return true;
    release_recovery(thread);
    return false;
}

void ThreadClaims::release_recovery(const ThreadId& thread) const {
    locks_->unlock(byte_of(thread, recovery_range));
}

Reconcile reconciliation(const ThreadClaims& thread_claims, const Model& model) {
    Reconcile command{{}};
    for (const TurnId& id : model->index.active_turns.sorted()) {
        const Turn* turn = model->index.find(id);
        const Thread* thread = turn ? model->index.find(turn->thread) : nullptr;
        if (!thread || !thread_claims.is_claimed_elsewhere(thread->id)) continue;
        command.live.push_back(
            {.thread = thread->id, .epoch = thread->session ? thread->session->epoch : thread->last_epoch + 1});
    }
    return command;
}

} // namespace evenfold::orchestration
