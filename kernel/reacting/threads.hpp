/// The real world of a reactor loop: the system's clocks, a thread for each handler that runs, and the journal's
/// wake-up, which also comes from other processes.
/// All of it is for one loop; only wake may be called from any thread.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/reacting/world.hpp"

namespace evenfold::kernel {

class Threads : public World {
public:
    /// The journal, and what handlers use, outlive this.
    explicit Threads(journal::Journal& journal);

    /// When all handlers have returned.
    ~Threads() override;

    [[nodiscard]] Moment elapsed() override;
    [[nodiscard]] Instant now() override;
    [[nodiscard]] CommandId fresh_command() override;
    void run(std::function<void()> job) override;
    void wait(std::optional<Moment> until) override;

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
