/// `ReactorLoop`: runs each outstanding effect at least once and submits the commands that complete it. Retries failed
/// attempts with backoff, then gives up by a command with the reason. One thread steps it; handlers run on others.
///
///     kernel::ThreadRuntime runtime(journal); // thread_runtime.hpp
///     kernel::ReactorLoop<Reminders> loop(kernel, reactors, runtime);
///     const auto end = loop.run_until_idle(); // fails if the domain throws
#pragma once

#include <expected>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/defect.hpp"
#include "evenfold/kernel/reacting/attempts.hpp"
#include "evenfold/kernel/reacting/outstanding.hpp"
#include "evenfold/kernel/reacting/submission.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class ReactorLoop {
public:
    using Effect = EffectOf<D>;

    /// All arguments must outlive the loop. Kernel and reactors must also outlive the runtime, because handlers use
    /// them.
    /// Gives up process-bound effects that are outstanding at the first step, because their process is gone.
    ReactorLoop(Kernel<D>& kernel, const Reactors<D>& reactors, Runtime& runtime, LoopOptions<D> options = {})
        : kernel_(kernel),
          reactors_(reactors),
          runtime_(runtime),
          options_(std::move(options)),
          schedule_(options_.running_max, options_.seed),
          outstanding_(kernel, reactors, options_),
          attempts_(kernel, runtime) {}
    ReactorLoop(const ReactorLoop&) = delete;

    /// Requests running attempts to stop. They may end after the loop is destroyed; the next loop then runs them again.
    ~ReactorLoop() { attempts_.ask_all_to_stop(); }

    /// Processes the attempts that have ended and begins those that are due. Returns the time of the next step, unless
    /// something happens first; nullopt if there is no such time.
    std::optional<MonotonicTime> step() {
        bool has_submitted = false;
        for (FinishedAttempt& ended : attempts_.take()) has_submitted |= finish_attempt(ended);
        is_up_to_date_ = false;
        if (const auto caught_up = kernel_.catch_up(); !caught_up) return report_failure("journal", caught_up.error());
        defect_ = update_schedule();
        if (defect_) return report_failure("domain", *defect_);
        for (const Uuid& effect : schedule_.overdue(runtime_.elapsed())) {
            const auto& late = attempts_.ask_to_stop(effect);
            report(effect, *late.entry, Status::late, late.number);
        }
        for (const BegunAttempt& begun : schedule_.begin(runtime_.elapsed())) begin(begun);
        for (const AbandonedEffect& one : schedule_.give_up(runtime_.elapsed())) has_submitted |= give_up(one);
        if (has_submitted) return runtime_.elapsed();
        return schedule_.next();
    }

    /// Steps until `stop` is requested, then until all running attempts have ended.
    void run(const std::stop_token& stop) {
        const std::stop_callback on_stop(stop, [&] { runtime_.wake(); });
        while (!stop.stop_requested()) runtime_.wait(step());
        finish();
    }

    /// Steps until the loop is idle or `stop` is requested. Fails if the domain throws and no attempt runs that could
    /// change the model; a journal that cannot be read is tried again.
    [[nodiscard]] std::expected<void, journal::Failure> run_until_idle(const std::stop_token& stop = {}) {
        const std::stop_callback on_stop(stop, [&] { runtime_.wake(); });
        while (!stop.stop_requested()) {
            const auto next = step();
            if (is_idle()) return {};
            if (defect_ && attempts_.empty()) return std::unexpected(*defect_);
            runtime_.wait(next);
        }
        finish();
        return {};
    }

    /// Returns whether, as of the last step, no attempt runs and no outstanding effect can be completed or given up.
    [[nodiscard]] bool is_idle() const {
        return is_up_to_date_ && outstanding_.size() == failed_give_ups_.size() && attempts_.empty();
    }

private:
    using Status = LoopEvent::Status;
    using RegisteredReactor = typename Reactors<D>::RegisteredReactor;
    using FinishedAttempt = typename Attempts<D>::FinishedAttempt;
    static constexpr MonotonicTime pause_after_failure{1000};

    /// Reports that the journal cannot be read, or that the domain threw. Nothing begins until that is over.
    MonotonicTime report_failure(std::string_view subject, const journal::Failure& failure) const {
        const MonotonicTime again = runtime_.elapsed() + pause_after_failure;
        notify({{}, subject, Status::failed, 0, refusal_text<D>(Refusal<D>(failure)), again});
        return again;
    }

    /// Updates the schedule from the outstanding effects if the model has changed. Fails if the domain throws.
    std::optional<journal::Failure> update_schedule() {
        if (auto failure = outstanding_.update()) return failure;
        is_up_to_date_ = true;
        std::erase_if(failed_give_ups_, [&](const Uuid& effect) { return !outstanding_.contains(effect); });
        schedule_.update(outstanding_.due(), runtime_.elapsed());
        return std::nullopt;
    }

    void begin(const BegunAttempt& begun) {
        const auto& effect = outstanding_.at(begun.effect);
        const RegisteredReactor& entry = *reactors_.find(*effect);
        report(begun.effect, entry, Status::begun, begun.attempt);
        attempts_.begin(effect, entry, begun);
    }

    /// Submits the commands of an attempt that has ended. Returns whether there were any.
    bool finish_attempt(FinishedAttempt& ended) {
        std::string reason;
        AttemptEnd how = AttemptEnd::completed;
        if (!ended.result) {
            how = ended.result.error().is_final ? AttemptEnd::failed_permanently : AttemptEnd::failed;
            reason = std::move(ended.result.error().reason);
        } else if (ended.result->empty()) {
            how = AttemptEnd::waiting;
        } else if (auto refusal =
                       submit_commands(kernel_, runtime_, ended.entry->policy.actor, std::move(*ended.result))) {
            how = AttemptEnd::failed;
            reason = std::move(*refusal);
        }
        const Uuid& effect = ended.effect->id.uuid;
        const auto again = schedule_.end(effect, how, reason, runtime_.elapsed());
        const Status status = how == AttemptEnd::completed ? Status::completed
                              : how == AttemptEnd::waiting ? Status::waiting
                                                           : Status::failed;
        report(effect, *ended.entry, status, ended.number, reason, again);
        return ended.result.has_value() && how != AttemptEnd::waiting;
    }

    /// Returns whether the command that gives up the effect was accepted.
    bool give_up(const AbandonedEffect& one) {
        const Effect& effect = *outstanding_.at(one.effect);
        const RegisteredReactor& entry = *reactors_.find(effect);
        std::string reason = one.reason;
        if (one.attempts > 1) reason += fmt::format(" (tried {} times)", one.attempts);
        std::optional<typename D::Command> command;
        std::optional<std::string> refusal;
        try {
            command = entry.give_up(effect, reason);
        } catch (...) {
            refusal = "the function that gives it up threw: " + current_exception_message();
        }
        if (command) refusal = submit_command(kernel_, runtime_, entry.policy.actor, std::move(*command));
        report(one.effect, entry, refusal ? Status::refused : Status::given_up, one.attempts, refusal.value_or(reason));
        if (!command || refusal) failed_give_ups_.insert(one.effect);
        return command && !refusal;
    }

    void report(const Uuid& effect, const RegisteredReactor& entry, Status status, std::uint32_t attempt,
                const std::string& reason = {}, std::optional<MonotonicTime> again = {}) const {
        notify({.effect = effect,
                .kind = entry.name,
                .status = status,
                .attempt = attempt,
                .reason = reason,
                .again = again});
    }

    void notify(const LoopEvent& event) const {
        if (!options_.on_event) return;
        try {
            options_.on_event(event);
        } catch (...) { // NOLINT(bugprone-empty-catch): an observer must not stop the loop
        }
    }

    /// Requests all running attempts to stop, and finishes each when it has ended.
    void finish() {
        attempts_.ask_all_to_stop();
        while (!attempts_.empty()) {
            for (FinishedAttempt& ended : attempts_.take()) finish_attempt(ended);
            if (!attempts_.empty()) runtime_.wait(std::nullopt);
        }
    }

    Kernel<D>& kernel_;
    const Reactors<D>& reactors_;
    Runtime& runtime_;
    LoopOptions<D> options_;
    Schedule schedule_;
    OutstandingEffects<D> outstanding_;
    bool is_up_to_date_ = false;
    std::optional<journal::Failure> defect_; // of the last step that read the journal
    std::set<Uuid> failed_give_ups_;         // given up, but the command that records it was refused or missing
    Attempts<D> attempts_;
};

} // namespace evenfold::kernel
