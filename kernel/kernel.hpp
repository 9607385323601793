/// Where pure meets world: any domain over any journal.
/// Shape: commands in, receipts out, once each; the model follows the journal, and readers hold versions of it.
/// Errors: the domain's own rejection, a clash of command ids, or a failure of the journal, kept apart by type.
#pragma once

#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "evenfold/kernel/following.hpp"
#include "evenfold/kernel/planning.hpp"

namespace evenfold::kernel {

/// One domain over one journal. All functions may be called from any thread, also from one that holds the journal. The
/// journal outlives the kernel. A kernel that has been given commands keeps its model twice, and once more for each
/// snapshot held: what readers see moves with stored events only, and never waits for a writer or the disk.
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

    /// The model as it is now, for as long as it is wanted: who holds it and the writer do not wait for each other. It
    /// has the events of every command that was answered before. O(1); what holding it costs is told in versions.hpp.
    [[nodiscard]] Snapshot<D> snapshot() const { return following_.versions().snapshot(); }

    /// What `view` answers of the same, and of the sequence that it has come to. It may take long, and call the kernel.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may answer nothing
        return following_.versions().read(view);
    }

    /// Take in what others have appended since; answers the sequence that the model has come to.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() { return following_.catch_up(); }

    /// How many events of the journal this build does not know; they are kept, and folded to nothing.
    [[nodiscard]] std::uint64_t unknown_events() const { return snapshot()->unknown_events; }

    /// How many copies of the model there are: at most two more than snapshots have been held at a time.
    [[nodiscard]] std::size_t copies() const { return following_.versions().copies(); }

private:
    struct Waiting {
        std::vector<Command> commands;
        std::vector<Outcome<D>> outcomes;
        bool done;
    };

    Kernel(journal::Journal& journal, Clock clock, Replayed<D> state)
        : journal_(journal), clock_(std::move(clock)), following_(journal, std::move(state)) {}

    /// Inside, only the thread that holds the journal goes on. A domain that throws ends the program here: half an
    /// answer would be worse.
    void answer(const std::vector<Waiting*>& group) noexcept {
        const auto hold = journal_.hold();
        const auto ahead = hold ? following_.begin() : std::unexpected(hold.error());
        if (!ahead) {
            for (Waiting* waiting : group)
                waiting->outcomes.assign(waiting->commands.size(), Outcome<D>(failed<D>(ahead.error())));
            return;
        }
        Planning<D> planning(journal_, clock_, **ahead);
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
        std::expected<std::vector<journal::Receipt>, journal::AppendError> receipts;
        if (!batches.empty()) {
            const Sequence head = following_.planned(batches.back().command, planning.events());
            receipts = journal_.append(batches, head);
            if (!receipts && may_be_stored(receipts.error())) receipts = journal_.append(batches, head);
        }
        following_.end(receipts.has_value());
        if (!receipts) return std::vector(batches.size(), Outcome<D>(failed<D>(failure_of(receipts.error()))));
        return {std::move_iterator(receipts->begin()), std::move_iterator(receipts->end())};
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
    Following<D> following_;
    std::mutex queue_mutex_;
    std::condition_variable answered_;
    std::vector<Waiting*> queue_;
    bool leading_ = false;
};

} // namespace evenfold::kernel
