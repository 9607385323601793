/// The real environment of a reactor loop: the system's clocks, one thread per running handler, and the notification of
/// the journal, which also comes from other processes. Use one object per loop; only `wake` may be called from any
/// thread. The destructor waits for the running handlers.
///
///     kernel::Threads world(journal);
///     world.run([&] { is_done = true; }); // on a thread of its own
///     while (!is_done) world.wait(std::nullopt);
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
    /// The journal and all objects that handlers use must outlive this object.
    explicit Threads(journal::Journal& journal);

    /// Blocks until all handlers have returned.
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
