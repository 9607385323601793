#include "evenfold/kernel/reacting/thread_runtime.hpp"

#include <utility>

#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::kernel {
namespace {

constexpr std::chrono::milliseconds stop_check_interval{50}; // of the watcher
constexpr std::chrono::hours wait_max{1};                    // a longer time would overflow the clock's arithmetic

} // namespace

ThreadRuntime::ThreadRuntime(journal::Journal& journal)
    : journal_(journal), watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

ThreadRuntime::~ThreadRuntime() {
    watcher_.request_stop();
    watcher_.join();
    workers_.clear();
}

MonotonicTime ThreadRuntime::elapsed() {
    return std::chrono::duration_cast<MonotonicTime>(std::chrono::steady_clock::now().time_since_epoch());
}

Instant ThreadRuntime::now() {
    return kernel::now();
}

CommandId ThreadRuntime::fresh_command() {
    return fresh<CommandId>();
}

void ThreadRuntime::run(std::function<void()> job) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(workers_, [](const Worker& worker) { return worker.is_done; });
    Worker& worker = workers_.emplace_back();
    worker.thread = std::jthread([this, &worker, job = std::move(job)] {
        job();
        const std::scoped_lock done(mutex_);
        worker.is_done = true; // do not touch this object after the lock is released
        is_woken_ = true;
        happened_.notify_all();
    });
}

void ThreadRuntime::wait(std::optional<MonotonicTime> until) {
    std::unique_lock lock(mutex_);
    const auto left = until ? *until - elapsed() : MonotonicTime(wait_max);
    happened_.wait_for(lock, std::min<MonotonicTime>(left, wait_max), [&] { return is_woken_; });
    is_woken_ = false;
}

void ThreadRuntime::wake() {
    const std::scoped_lock lock(mutex_);
    is_woken_ = true;
    happened_.notify_all();
}

void ThreadRuntime::watch(const std::stop_token& stop) {
    Sequence seen = 0;
    while (!stop.stop_requested()) {
        const auto head = journal_.wait(seen, stop_check_interval);
        if (!head) {
            std::unique_lock lock(mutex_); // waits, so that a failing journal is not polled in a busy loop
            happened_.wait_for(lock, stop_check_interval, [] { return false; });
            continue;
        }
        if (*head == seen) continue;
        seen = *head;
        wake();
    }
}

} // namespace evenfold::kernel
