/// The running attempts of a reactor loop: begun on threads of the runtime, ended when their outcomes arrive.
/// Thread safety: handlers add outcomes from any thread; everything else belongs to the thread of the loop.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "evenfold/kernel/reacting/reactors.hpp"
#include "evenfold/kernel/reacting/runtime.hpp"
#include "evenfold/kernel/reacting/schedule.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class Attempts {
public:
    using Effect = EffectOf<D>;
    using RegisteredReactor = typename Reactors<D>::RegisteredReactor;

    /// An attempt that has ended.
    struct FinishedAttempt {
        std::shared_ptr<const Effect> effect;
        const RegisteredReactor* entry;
        std::uint32_t number;
        HandlerResult<D> result;
    };

    Attempts(const Kernel<D>& kernel, Runtime& runtime) : kernel_(kernel), runtime_(runtime) {}

    void begin(std::shared_ptr<const Effect> effect, const RegisteredReactor& entry, const BegunAttempt& begun) {
        const RunningAttempt running{.entry = &entry, .number = begun.attempt, .stop = {}};
        running_.insert_or_assign(begun.effect, running);
        runtime_.run([queue = finished_, effect = std::move(effect), &entry, number = begun.attempt, &kernel = kernel_,
                      token = running.stop.get_token()] {
            auto result = entry.handle(*effect, {.number = number, .stop = token, .kernel = kernel});
            const std::scoped_lock lock(queue->mutex);
            queue->outcomes.push_back(
                {.effect = effect, .entry = &entry, .number = number, .result = std::move(result)});
        });
    }

    /// Returns the attempts that have ended since the last call.
    [[nodiscard]] std::vector<FinishedAttempt> take() {
        std::vector<FinishedAttempt> ended;
        {
            const std::scoped_lock lock(finished_->mutex);
            ended.swap(finished_->outcomes);
        }
        for (const FinishedAttempt& outcome : ended) running_.erase(outcome.effect->id.uuid);
        return ended;
    }

    /// A running attempt.
    struct RunningAttempt {
        const RegisteredReactor* entry;
        std::uint32_t number;
        std::stop_source stop;
    };

    const RunningAttempt& ask_to_stop(const Uuid& effect) {
        RunningAttempt& running = running_.at(effect);
        running.stop.request_stop();
        return running;
    }
    void ask_all_to_stop() {
        for (auto& [effect, running] : running_) running.stop.request_stop();
    }

    [[nodiscard]] bool empty() const { return running_.empty(); }

private:
    /// Shared with the handlers, so that it lives until each has added its outcome.
    struct FinishedQueue {
        std::mutex mutex;
        std::vector<FinishedAttempt> outcomes;
    };

    const Kernel<D>& kernel_;
    Runtime& runtime_;
    std::shared_ptr<FinishedQueue> finished_ = std::make_shared<FinishedQueue>();
    std::map<Uuid, RunningAttempt> running_;
};

} // namespace evenfold::kernel
