/// A simulated environment for reactor loops, without threads and without waiting. Its clock jumps, the seed determines
/// how long its handlers take, and it may crash at any moment. Equal seeds give equal runs.
/// One thread uses it. A handler is called inside `wait`, when its time has come.
/// Source: the simulators of FoundationDB and TigerBeetle, in the small.
///
///     testing::SimulatedRuntime runtime(/*seed=*/7);
///     {
///         kernel::ReactorLoop<Reminders> loop(kernel, reactors, runtime);
///         runtime.wait(loop.step());
///         runtime.crash(); // a running handler may complete, but the loop never sees its result
///     }
///     kernel::ReactorLoop<Reminders> next_process(kernel, reactors, runtime);
///     assert(next_process.run_until_idle());
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "evenfold/kernel/reacting/runtime.hpp"
#include "evenfold/testing/choices.hpp"

namespace evenfold::testing {

class SimulatedRuntime : public kernel::Runtime {
public:
    /// Creates an environment whose handlers take up to `longest`, most of them much less.
    explicit SimulatedRuntime(std::uint64_t seed, kernel::MonotonicTime longest = kernel::MonotonicTime(1000))
        : random_(seed), longest_(longest) {}

    [[nodiscard]] kernel::MonotonicTime elapsed() override { return elapsed_; }
    [[nodiscard]] Instant now() override { return {elapsed_.count()}; }
    [[nodiscard]] CommandId fresh_command() override {
        Uuid id;
        for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random_.next());
        return {id};
    }

    void run(std::function<void()> job) override {
        const auto most = static_cast<std::uint64_t>(longest_.count()) >> (random_.next() % 8);
        jobs_.emplace(elapsed_ + kernel::MonotonicTime(random_.next() % (most + 1)), std::move(job));
    }

    /// Advances the clock to the end of the next handler, or to `until` if that comes first.
    void wait(std::optional<kernel::MonotonicTime> until) override {
        if (jobs_.empty() || (until && *until < jobs_.begin()->first)) {
            if (until) elapsed_ = std::max(elapsed_, *until);
            return;
        }
        auto next = jobs_.extract(jobs_.begin());
        elapsed_ = std::max(elapsed_, next.key());
        next.mapped()();
    }

    void wake() override {}

    /// Simulates the death of the process: some running handlers complete their work, but no outcome is reported.
    void crash() {
        for (auto& [time, job] : std::exchange(jobs_, {})) {
            if (random_.next() % 2 == 0) job();
        }
    }

    [[nodiscard]] std::size_t running() const { return jobs_.size(); }

private:
    Random random_;
    kernel::MonotonicTime longest_;
    kernel::MonotonicTime elapsed_{};
    std::multimap<kernel::MonotonicTime, std::function<void()>> jobs_;
};

} // namespace evenfold::testing
