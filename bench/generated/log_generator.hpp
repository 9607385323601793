/// Commands for a long log, drawn from their shape or by a function of the user.
/// Cost: a few candidates per event. The model is read from time to time only.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "evenfold/core/domain.hpp"
#include "evenfold/testing/engine/kind_rarity.hpp"
#include "evenfold/testing/history_generator.hpp"

namespace evenfold::bench {

/// Generates commands for a long log, those of the rarest kinds first. The ids that occurred are collected from time to
/// time, not after each command, so that the cost is close to that of the decisions.
template <Domain D>
class LogGenerator {
public:
    LogGenerator(std::uint64_t seed, const testing::HistoryOptions<D>& how)
        : random_(seed), how_(how), rarity_(shape_of<typename D::Command>(), how.generators) {}

    /// Returns the events of the next commands: `count` or slightly more; fewer if commands have no effect any more.
    [[nodiscard]] std::vector<typename D::Event> events(std::size_t count) {
        for (std::size_t idle = 0; events_.size() < count && idle < idle_max;) {
            const std::size_t before = events_.size();
            how_.command ? submit_next() : submit_rarest();
            idle = events_.size() > before ? 0 : idle + 1;
        }
        return std::move(events_);
    }

private:
    static constexpr std::size_t idle_max = 10'000;    // consecutive commands without events
    static constexpr std::size_t learning_max = 1'000; // events after which no kind is measured

    void submit_next() {
        testing::ChoiceSource source(random_);
        static_cast<void>(submit(how_.command(source, model_)));
    }

    /// Submits candidates of each kind, the rarest first, until one has events. Kinds that make the model smaller come
    /// last unless they are rare.
    void submit_rarest() {
        const auto order = rarity_.in_order(random_, true, [&](std::size_t kind) { return !rarity_.is_put_off(kind); });
        for (const std::size_t kind : order) {
            const testing::Choices first = rarity_.choices_of(kind);
            for (std::size_t left = rarity_.tries(kind); left > 0; --left) {
                testing::ChoiceSource source(random_, first);
                if (submit_counted(kind, how_.generators.template draw<typename D::Command>(source, known_))) return;
            }
        }
    }

    /// Returns whether the command, which is of that kind, has events.
    bool submit_counted(std::size_t kind, const typename D::Command& command) {
        const std::size_t size = size_of_model();
        if (!submit(command)) {
            ++rarity_.use(kind).futile;
            return false;
        }
        rarity_.use(kind).futile = 0;
        ++rarity_.use(kind).times;
        if (events_.size() <= learning_max) rarity_.use(kind).shrinks = size_of_model() < size;
        return true;
    }

    /// Returns the number of values in the model while kinds that make it smaller are found out, otherwise 0.
    [[nodiscard]] std::size_t size_of_model() {
        if (events_.size() > learning_max) return 0;
        if (std::exchange(sized_at_, events_.size()) == events_.size()) return size_;
        testing::ObservedValues values;
        values.add(shape_of<typename D::Model>(), &model_);
        return size_ = values.count();
    }

    /// Returns whether the command has events.
    bool submit(const typename D::Command& command) {
        const auto decision = decide<D>(command, model_);
        if (!decision || decision->empty()) return false;
        for (const auto& event : *decision) add(event);
        return true;
    }

    void add(const typename D::Event& event) {
        model_ = D::project(std::move(model_), event);
        events_.push_back(event);
        if (how_.command) return;
        known_.past.add(shape_of<typename D::Event>(), &event);
        if (events_.size() < refresh_at_) return;
        known_.live.clear();
        known_.live.add(shape_of<typename D::Model>(), &model_);
        refresh_at_ = events_.size() + 1 + known_.live.count() / 64;
    }

    testing::Random random_;
    const testing::HistoryOptions<D>& how_;
    testing::KindRarity rarity_;
    testing::KnownValues known_;
    typename D::Model model_{};
    std::vector<typename D::Event> events_;
    std::size_t refresh_at_ = 1;
    std::size_t sized_at_ = std::numeric_limits<std::size_t>::max(); // events
    std::size_t size_ = 0;                                           // of the model then
};

} // namespace evenfold::bench
