/// Where pure meets world: any domain over any journal.
/// Shape: commands in, receipts out, once each; the model follows the journal and is read under a lock.
/// Errors: the domain's own rejection, a clash of command ids, or a failure of the journal, kept apart by type.
#pragma once

#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "evenfold/kernel/planning.hpp"

namespace evenfold::kernel {

/// One domain over one journal. All functions may be called from any thread, also from one that holds the journal. The
/// journal outlives the kernel. A kernel that has been given commands keeps its model twice: what readers see moves
/// with stored events only, and never waits for the disk.
template <Domain D>
class Kernel {
public:
    using Command = CommandEnvelope<typename D::Command>;
    using Model = typename D::Model;

    /// A kernel whose model has caught up with the journal: O(journal).
    [[nodiscard]] static std::expected<std::unique_ptr<Kernel>, journal::Failure>
    open(journal::Journal& journal, Clock clock) {
        auto replayed = replay<D>(journal);
        if (!replayed) return std::unexpected(std::move(replayed.error()));
        return std::unique_ptr<Kernel>(new Kernel(journal, std::move(clock), std::move(*replayed)));
    }

    /// The receipt of `command`, once its events are as safe as the journal promises. The same command again has the
    /// same receipt. Commands of several threads that wait at the same time share one durable append.
    [[nodiscard]] Outcome<D> submit(Command command) {
        std::vector<Command> one;
        one.push_back(std::move(command));
        return std::move(submit_all(std::move(one)).front());
    }

    /// As `submit`, for several commands in order and with one durable append. Each has an outcome of its own: one that
    /// is refused does not keep the others from being accepted.
    [[nodiscard]] std::vector<Outcome<D>> submit_all(std::vector<Command> commands) {
        Waiting mine{.commands = std::move(commands), .outcomes = {}, .done = false};
        if (journal_.is_held_here()) { // who leads the others waits for this very thread
            answer({&mine});
            return std::move(mine.outcomes);
        }
        std::unique_lock lock(queue_mutex_);
        queue_.push_back(&mine);
        answered_.wait(lock, [&] { return mine.done || !leading_; });
        if (mine.done) return std::move(mine.outcomes);
        leading_ = true;
        std::vector<Waiting*> group = std::exchange(queue_, {});
        lock.unlock();
        answer(group);
        lock.lock();
        for (Waiting* waiting : group) waiting->done = true;
        leading_ = false;
        answered_.notify_all();
        return std::move(mine.outcomes);
    }

    /// What `view` answers of a model that no writer changes meanwhile, and of the sequence that it has come to. `view`
    /// must not call the kernel.
    template <class View>
    decltype(auto) read(View view) const {
        const auto lock = reading();
        return view(state_.model, state_.head);
    }

    /// Take in what others have appended since; answers the sequence that the model has come to.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() {
        const auto lock = writing();
        if (auto failure = refresh()) return std::unexpected(std::move(*failure));
        return state_.head;
    }

    /// How many events of the journal this build does not know; they are kept, and folded to nothing.
    [[nodiscard]] std::uint64_t unknown_events() const {
        const auto lock = reading();
        return state_.unknown_events;
    }

private:
    struct Waiting {
        std::vector<Command> commands;
        std::vector<Outcome<D>> outcomes;
        bool done;
    };

    Kernel(journal::Journal& journal, Clock clock, Replayed<D> state)
        : journal_(journal), clock_(std::move(clock)), state_(std::move(state)) {}

    // A shared mutex may let readers overtake a writer for ever, so all of them pass the door, and a writer who waits
    // keeps it shut.
    [[nodiscard]] std::shared_lock<std::shared_mutex> reading() const {
        const std::scoped_lock door(door_mutex_);
        return std::shared_lock(model_mutex_);
    }
    [[nodiscard]] std::unique_lock<std::shared_mutex> writing() const {
        const std::scoped_lock door(door_mutex_);
        return std::unique_lock(model_mutex_);
    }

    /// Take the model on to the journal's head. While the journal cannot be read the model is that of the last event
    /// that could be.
    std::optional<journal::Failure> refresh() { return advance<D>(journal_, state_); }

    /// Take both models to the journal's head.
    std::optional<journal::Failure> refresh_both() {
        {
            const auto lock = writing();
            if (auto failure = refresh()) return failure;
        }
        const auto lock = reading();
        if (!ahead_) ahead_ = state_;
        if (ahead_->head == state_.head) return std::nullopt;
        return advance<D>(journal_, *ahead_, state_.head);
    }

    /// Inside, only the thread that holds the journal goes on, so `ahead_` needs no lock. A domain that throws ends the
    /// program here: half an answer would be worse.
    void answer(const std::vector<Waiting*>& group) noexcept {
        const auto hold = journal_.hold();
        const std::optional<journal::Failure> failure = hold ? refresh_both() : std::optional(hold.error());
        if (failure) {
            for (Waiting* waiting : group)
                waiting->outcomes.assign(waiting->commands.size(), Outcome<D>(failed<D>(*failure)));
            return;
        }
        Planning<D> planning(journal_, clock_, *ahead_);
        for (const Waiting* waiting : group) {
            for (const Command& command : waiting->commands) planning.add(command);
        }
        std::vector<Outcome<D>> outcomes = planning.outcomes(store(planning));
        auto next = std::move_iterator(outcomes.begin());
        for (Waiting* waiting : group) {
            const auto end = next + static_cast<std::ptrdiff_t>(waiting->commands.size());
            waiting->outcomes.assign(next, end);
            next = end;
        }
    }

    /// Append the batches. Whether a failed append has stored them is unknown, so they are appended once more: the
    /// journal stores none of them twice, and its answer is then as safe as any. When that fails, too, the readers keep
    /// their model, and the other one is made anew when it is needed.
    std::vector<Outcome<D>> store(const Planning<D>& planning) {
        const auto& batches = planning.batches();
        if (batches.empty()) return {};
        auto receipts = journal_.append(batches, ahead_->head);
        if (!receipts && may_be_stored(receipts.error())) receipts = journal_.append(batches, ahead_->head);
        if (!receipts) {
            ahead_.reset();
            return std::vector(batches.size(), Outcome<D>(failed<D>(failure_of(receipts.error()))));
        }
        move_on(planning.events());
        return {std::move_iterator(receipts->begin()), std::move_iterator(receipts->end())};
    }

    /// Show the readers what was stored. Some of it a `catch_up` may have read already.
    void move_on(const std::vector<typename D::Event>& events) {
        const auto lock = writing();
        for (const auto& event : events) {
            if (++ahead_->head <= state_.head) continue;
            state_.model = D::project(std::move(state_.model), event);
            state_.head = ahead_->head;
        }
    }

    /// A journal that refuses, or is busy, has stored nothing.
    static bool may_be_stored(const journal::AppendError& error) {
        const auto* failure = std::get_if<journal::Failure>(&error);
        return failure && failure->kind != journal::FailureKind::busy;
    }

    /// While the hold lasts nobody else appends, so a refusal of the journal is a failure of it, too.
    static journal::Failure failure_of(const journal::AppendError& error) {
        if (const auto* failure = std::get_if<journal::Failure>(&error)) return *failure;
        return {.kind = journal::FailureKind::damaged,
                .what = "the journal changed while it was held",
                .remedy = "make sure that every writer of the journal is an evenfold, then try again"};
    }

    journal::Journal& journal_;
    Clock clock_;
    mutable std::mutex door_mutex_; // entered before model_mutex_ is locked
    mutable std::shared_mutex model_mutex_;
    Replayed<D> state_;                // what readers see
    std::optional<Replayed<D>> ahead_; // the same, moved on by what is being appended
    std::mutex queue_mutex_;
    std::condition_variable answered_;
    std::vector<Waiting*> queue_;
    bool leading_ = false;
};

} // namespace evenfold::kernel
