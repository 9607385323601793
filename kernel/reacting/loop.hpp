/// `ReactorLoop`: runs each outstanding effect at least once and submits the commands that complete it. Retries failed
/// attempts with backoff, then gives up by a command with the reason. One thread steps it; handlers run on others.
///
///     kernel::Threads world(journal); // threads.hpp
///     kernel::ReactorLoop<Reminders> loop(kernel, reactors, world);
///     loop.run_until_idle();
#pragma once

#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "evenfold/kernel/reacting/asking.hpp"
#include "evenfold/kernel/reacting/attempts.hpp"
#include "evenfold/kernel/reacting/loop_options.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class ReactorLoop {
public:
    using Effect = EffectOf<D>;

    /// All arguments must outlive the loop. Kernel and reactors must also outlive the world, because handles use them.
    /// Gives up process-bound effects that are outstanding at the first step, because their process is gone.
    ReactorLoop(Kernel<D>& kernel, const Reactors<D>& reactors, World& world, LoopOptions<D> options = {})
        : kernel_(kernel),
          reactors_(reactors),
          world_(world),
          options_(std::move(options)),
          schedule_(options_.running_max, options_.seed),
          attempts_(kernel, world) {}
    ReactorLoop(const ReactorLoop&) = delete;

    /// Requests running attempts to stop. They may end after the loop is destroyed; the next loop then runs them again.
    ~ReactorLoop() { attempts_.ask_all_to_stop(); }

    /// Processes what has happened and begins the attempts that are due. Returns the time of the next step, unless
    /// something happens first; nullopt if there is no such time.
    std::optional<Moment> step() {
        bool asked = false;
        for (Outcome& ended : attempts_.take()) asked |= settle(ended);
        has_looked_ = false;
        if (const auto caught_up = kernel_.catch_up(); !caught_up) return later(caught_up.error());
        look();
        for (const Uuid& effect : schedule_.overdue(world_.elapsed())) {
            const auto& late = attempts_.ask_to_stop(effect);
            tell(effect, *late.entry, What::late, late.number);
        }
        for (const Begun& begun : schedule_.begin(world_.elapsed())) begin(begun);
        for (const GivenUp& one : schedule_.give_up(world_.elapsed())) asked |= give_up(one);
        if (asked) return world_.elapsed();
        return schedule_.next();
    }

    /// Steps until `stop` is requested, then until all running attempts have ended.
    void run(const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [&] { world_.wake(); });
        while (!stop.stop_requested()) world_.wait(step());
        finish();
    }

    /// Steps until the loop is idle or `stop` is requested.
    void run_until_idle(const std::stop_token& stop = {}) {
        const std::stop_callback on_stop(stop, [&] { world_.wake(); });
        while (!stop.stop_requested()) {
            const auto next = step();
            if (is_idle()) return;
            world_.wait(next);
        }
        finish();
    }

    /// Returns whether, as of the last step, no attempt runs and each outstanding effect was given up in vain.
    [[nodiscard]] bool is_idle() const {
        return has_looked_ && effects_.size() == in_vain_.size() && attempts_.empty();
    }

private:
    using What = Reacted::What;
    using Entry = typename Reactors<D>::Entry;
    using Outcome = typename Attempts<D>::Outcome;
    static constexpr Moment pause{1000};

    /// Reports that the journal cannot be read. Nothing begins until it can.
    Moment later(const journal::Failure& failure) const {
        if (options_.watch) {
            options_.watch({{}, "journal", What::failed, 0, told<D>(Refusal<D>(failure)), world_.elapsed() + pause});
        }
        return world_.elapsed() + pause;
    }

    /// Updates the schedule from the outstanding effects if the model has changed.
    void look() {
        kernel_.read([&](const typename D::Model& model, Sequence head) {
            if (std::exchange(looked_at_, head) == head) return;
            due_.clear();
            effects_.clear();
            for (auto& effect : D::outstanding(model)) {
                const Entry* entry = reactors_.find(effect);
                if (!entry || (options_.mine && !options_.mine(effect, model))) continue;
                const bool is_dead = is_first_look_ && entry->policy.process_bound;
                due_.push_back({.effect = effect.id.uuid,
                                .lane = entry->lane ? entry->lane(effect) : std::string(),
                                .policy = entry->policy,
                                .dead = is_dead ? "the process that it was bound to is gone" : ""});
                const Uuid id = effect.id.uuid;
                effects_.emplace(id, std::make_shared<const Effect>(std::move(effect)));
            }
        });
        is_first_look_ = false;
        has_looked_ = true;
        std::erase_if(in_vain_, [&](const Uuid& effect) { return !effects_.contains(effect); });
        schedule_.look(due_, world_.elapsed());
    }

    void begin(const Begun& begun) {
        const auto& effect = effects_.at(begun.effect);
        const Entry& entry = *reactors_.find(*effect);
        tell(begun.effect, entry, What::begun, begun.attempt);
        attempts_.begin(effect, entry, begun);
    }

    /// Settles an attempt that has ended. Returns whether it submitted a command.
    bool settle(Outcome& ended) {
        std::string reason;
        Ended how = Ended::answered;
        if (!ended.answer) {
            how = ended.answer.error().is_final ? Ended::hopeless : Ended::failed;
            reason = std::move(ended.answer.error().reason);
        } else if (ended.answer->empty()) {
            how = Ended::waiting;
        } else if (auto refusal = ask_all(kernel_, world_, ended.entry->policy.actor, std::move(*ended.answer))) {
            how = Ended::failed;
            reason = std::move(*refusal);
        }
        const Uuid& effect = ended.effect->id.uuid;
        const auto again = schedule_.end(effect, how, reason, world_.elapsed());
        const What what = how == Ended::answered  ? What::answered
                          : how == Ended::waiting ? What::waiting
                                                  : What::failed;
        tell(effect, *ended.entry, what, ended.number, reason, again);
        return ended.answer.has_value() && how != Ended::waiting;
    }

    /// Returns whether the command that gives up the effect was accepted.
    bool give_up(const GivenUp& one) {
        const Effect& effect = *effects_.at(one.effect);
        const Entry& entry = *reactors_.find(effect);
        std::string reason = one.reason;
        if (one.attempts > 1) reason += fmt::format(" (tried {} times)", one.attempts);
        auto command = entry.give_up(effect, reason);
        const auto refusal =
            command ? ask(kernel_, world_, entry.policy.actor, std::move(*command)) : std::optional<std::string>();
        tell(one.effect, entry, refusal ? What::refused : What::given_up, one.attempts, refusal.value_or(reason));
        if (!command || refusal) in_vain_.insert(one.effect);
        return command && !refusal;
    }

    void tell(const Uuid& effect, const Entry& entry, What what, std::uint32_t attempt, const std::string& reason = {},
              std::optional<Moment> again = {}) const {
        if (!options_.watch) return;
        options_.watch(
            {.effect = effect, .kind = entry.name, .what = what, .attempt = attempt, .reason = reason, .again = again});
    }

    /// Requests all running attempts to stop, and settles each when it has ended.
    void finish() {
        attempts_.ask_all_to_stop();
        while (!attempts_.empty()) {
            for (Outcome& ended : attempts_.take()) settle(ended);
            if (!attempts_.empty()) world_.wait(std::nullopt);
        }
    }

    Kernel<D>& kernel_;
    const Reactors<D>& reactors_;
    World& world_;
    LoopOptions<D> options_;
    Schedule schedule_;
    bool is_first_look_ = true;
    bool has_looked_ = false;
    std::optional<Sequence> looked_at_;
    std::vector<Due> due_;                                  // outstanding as of the last look
    std::map<Uuid, std::shared_ptr<const Effect>> effects_; // the same
    std::set<Uuid> in_vain_;                                // given up, but no command to say so was accepted
    Attempts<D> attempts_;
};

} // namespace evenfold::kernel
