/// The running attempts of a reactor loop: begun on the World's threads, ended when their outcomes arrive.
/// Threads: handles add outcomes from any thread; everything else belongs to the thread of the loop.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "evenfold/kernel/reacting/reactors.hpp"
#include "evenfold/kernel/reacting/schedule.hpp"
#include "evenfold/kernel/reacting/world.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class Attempts {
public:
    using Effect = EffectOf<D>;
    using Entry = typename Reactors<D>::Entry;

    /// An attempt that has ended.
    struct Outcome {
        std::shared_ptr<const Effect> effect;
        const Entry* entry;
        std::uint32_t number;
        Answer<D> answer;
    };

    Attempts(const Kernel<D>& kernel, World& world) : kernel_(kernel), world_(world) {}

    void begin(std::shared_ptr<const Effect> effect, const Entry& entry, const Begun& begun) {
        const Running running{.entry = &entry, .number = begun.attempt, .stop = {}};
        running_.insert_or_assign(begun.effect, running);
        world_.run([inbox = inbox_, effect = std::move(effect), &entry, number = begun.attempt, &kernel = kernel_,
                    token = running.stop.get_token()] {
            auto answer = entry.handle(*effect, {.number = number, .stop = token, .kernel = kernel});
            const std::scoped_lock lock(inbox->mutex);
            inbox->outcomes.push_back(
                {.effect = effect, .entry = &entry, .number = number, .answer = std::move(answer)});
        });
    }

    /// Returns the attempts that have ended since the last call.
    [[nodiscard]] std::vector<Outcome> take() {
        std::vector<Outcome> ended;
        {
            const std::scoped_lock lock(inbox_->mutex);
            ended.swap(inbox_->outcomes);
        }
        for (const Outcome& outcome : ended) running_.erase(outcome.effect->id.uuid);
        return ended;
    }

    /// A running attempt.
    struct Running {
        const Entry* entry;
        std::uint32_t number;
        std::stop_source stop;
    };

    const Running& ask_to_stop(const Uuid& effect) {
        Running& running = running_.at(effect);
        running.stop.request_stop();
        return running;
    }
    void ask_all_to_stop() {
        for (auto& [effect, running] : running_) running.stop.request_stop();
    }

    [[nodiscard]] bool empty() const { return running_.empty(); }

private:
    /// Shared with the handles, so that it lives until each has added its outcome.
    struct Inbox {
        std::mutex mutex;
        std::vector<Outcome> outcomes;
    };

    const Kernel<D>& kernel_;
    World& world_;
    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::map<Uuid, Running> running_;
};

} // namespace evenfold::kernel
