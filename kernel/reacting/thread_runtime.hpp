/// The real environment of a reactor loop: the system's clocks, one thread per running handler, and the notification of
/// the journal, which also comes from other processes. Use one object per loop; only `wake` may be called from any
/// thread. The destructor waits for the running handlers.
///
///     kernel::ThreadRuntime runtime(journal);
///     runtime.run([&] { is_done = true; }); // on a thread of its own
///     while (!is_done) runtime.wait(std::nullopt);
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/reacting/runtime.hpp"

namespace evenfold::kernel {

class ThreadRuntime : public Runtime {
public:
    /// The journal and all objects that handlers use must outlive this object.
    explicit ThreadRuntime(journal::Journal& journal);

    /// Blocks until all handlers have returned.
    ~ThreadRuntime() override;

    [[nodiscard]] MonotonicTime elapsed() override;
    [[nodiscard]] Instant now() override;
    [[nodiscard]] CommandId fresh_command() override;
    void run(std::function<void()> job) override;
    void wait(std::optional<MonotonicTime> until) override;

    void wake() override;

private:
    struct Worker {
        std::jthread thread;
        bool is_done = false;
    };

    void watch(const std::stop_token& stop);

    journal::Journal& journal_;
    std::mutex mutex_;
    std::condition_variable happened_;
    bool is_woken_ = false;
    std::list<Worker> workers_;
    std::jthread watcher_;
};

} // namespace evenfold::kernel
