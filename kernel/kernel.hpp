/// Where pure meets world: any domain over any journal.
/// Shape: commands in, receipts out, once each; the model follows the journal and is read under a lock.
/// Errors: the domain's own rejection, a clash of command ids, or a failure of the journal, kept apart by type.
#pragma once

#include <condition_variable>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "evenfold/core/commands/commands.hpp"
#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/values/digest.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {

/// Tells the time at which events are stored. Brought by the program, frozen by a test.
using Clock = std::function<Instant()>;

/// The domain says no.
template <Domain D>
struct Rejected {
    typename D::Error error;
    friend bool operator==(const Rejected&, const Rejected&) = default;
};

/// Why there is no receipt. After a Failure the command may be submitted again as it is, with the same id.
template <Domain D>
using Refusal = std::variant<Rejected<D>, CommandIdConflict, journal::Failure>;

template <Domain D>
using Outcome = std::expected<journal::Receipt, Refusal<D>>;

/// One domain over one journal. All functions may be called from any thread. The journal outlives the kernel.
template <Domain D>
class Kernel {
public:
    using Command = CommandEnvelope<typename D::Command>;
    using Model = typename D::Model;

    /// A kernel whose model has caught up with the journal: O(journal).
    [[nodiscard]] static std::expected<std::unique_ptr<Kernel>, journal::Failure> open(journal::Journal& journal,
                                                                                       Clock clock) {
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

    /// What `view` answers of a model that no writer changes meanwhile, and of the sequence that it has come to.
    template <class View>
    decltype(auto) read(View view) const {
        const std::shared_lock lock(model_mutex_);
        return view(state_.model, state_.head);
    }

    /// Take in what others have appended since; answers the sequence that the model has come to.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() {
        const std::unique_lock lock(model_mutex_);
        if (auto failure = refresh()) return std::unexpected(std::move(*failure));
        return state_.head;
    }

    /// How many events of the journal this build does not know; they are kept, and folded to nothing.
    [[nodiscard]] std::uint64_t unknown_events() const {
        const std::shared_lock lock(model_mutex_);
        return state_.unknown_events;
    }

private:
    struct Waiting {
        std::vector<Command> commands;
        std::vector<Outcome<D>> outcomes;
        bool done;
    };

    /// The batches of one append, and which command made which.
    struct Group {
        std::vector<journal::Batch> batches;
        std::unordered_map<CommandId, std::size_t> places;
    };

    /// What one command comes to before the journal has spoken: a batch of the group, or an outcome at once. An outcome
    /// that was decided behind batches of the group falls with the last of them.
    struct Ready {
        Outcome<D> outcome;
        std::size_t behind; // so many batches
    };
    using Plan = std::variant<std::size_t, Ready>;

    Kernel(journal::Journal& journal, Clock clock, Replayed<D> state)
        : journal_(journal), clock_(std::move(clock)), state_(std::move(state)) {}

    /// Take the model on to the journal's head. A model that an append has left in doubt was dropped: that starts anew.
    /// While the journal cannot be read the model is that of the last event that could be.
    std::optional<journal::Failure> refresh() { return advance<D>(journal_, state_); }

    void answer(std::vector<Waiting*>& group) {
        auto hold = journal_.hold(); // first, so that readers need not wait for other writers
        const std::unique_lock lock(model_mutex_);
        std::optional<journal::Failure> failure = hold ? refresh() : std::optional(std::move(hold.error()));
        if (failure) {
            for (Waiting* waiting : group) waiting->outcomes.assign(waiting->commands.size(), refused(*failure));
            return;
        }
        Group planned_group;
        std::vector<std::vector<Plan>> plans;
        for (const Waiting* waiting : group) {
            auto& plan = plans.emplace_back();
            for (const Command& command : waiting->commands) plan.push_back(planned(command, planned_group));
        }
        const auto stored = store(planned_group.batches);
        for (std::size_t i = 0; i < group.size(); ++i) {
            for (Plan& plan : plans[i]) {
                group[i]->outcomes.push_back(outcome_of(std::move(plan), stored));
            }
        }
    }

    static Outcome<D> outcome_of(Plan plan, const std::vector<Outcome<D>>& stored) {
        if (const auto* place = std::get_if<std::size_t>(&plan)) return stored[*place];
        auto& ready = std::get<Ready>(plan);
        if (ready.behind > 0 && !stored[ready.behind - 1]) return stored[ready.behind - 1];
        return std::move(ready.outcome);
    }

    /// Decide one command on the model as the commands before it will leave it, and move the model on.
    Plan planned(const Command& command, Group& group) {
        const std::string fingerprint = to_text(digest(command.body));
        const std::size_t behind = group.batches.size();
        if (const auto same = group.places.find(command.command); same != group.places.end()) {
            if (group.batches[same->second].fingerprint == fingerprint) return same->second;
            return Ready{clash(command.command), behind};
        }
        auto earlier = journal_.receipt(command.command);
        if (!earlier) return Ready{refused(std::move(earlier.error())), 0};
        if (*earlier) {
            if ((*earlier)->fingerprint == fingerprint) return Ready{**earlier, 0};
            return Ready{clash(command.command), 0};
        }
        if (auto no = forbid<D>(command.actor, command.body)) return Ready{rejected(std::move(*no)), 0};
        auto events = D::decide(command.body, std::as_const(state_.model));
        if (!events) return Ready{rejected(std::move(events.error())), behind};
        group.places.emplace(command.command, behind);
        group.batches.push_back(batch(command, fingerprint, *events));
        return behind;
    }

    journal::Batch batch(const Command& command, const std::string& fingerprint,
                         const std::vector<typename D::Event>& events) {
        journal::Batch batch{.command = command.command,
                             .fingerprint = fingerprint,
                             .actor = command.actor,
                             .cause = command.cause,
                             .correlation = command.correlation.value_or(command.command),
                             .at = command.at,
                             .stored_at = clock_(),
                             .expectations = {},
                             .events = {}};
        for (const auto& event : events) {
            auto form = codec::to_stored(shape_of<typename D::Event>(), &event);
            batch.events.push_back({.stream = stream_of<D>(event, state_.model),
                                    .type = std::move(form.type),
                                    .type_version = form.version,
                                    .data = std::move(form.data)});
            state_.model = D::project(std::move(state_.model), event);
        }
        return batch;
    }

    /// Append the batches. When that fails the model is in doubt: it is read again, and so is each command's receipt.
    std::vector<Outcome<D>> store(const std::vector<journal::Batch>& batches) {
        if (batches.empty()) return {};
        auto receipts = journal_.append(batches, state_.head);
        if (receipts) {
            for (const journal::Batch& batch : batches) state_.head += batch.events.size();
            return {std::move_iterator(receipts->begin()), std::move_iterator(receipts->end())};
        }
        state_ = Replayed<D>{};
        const journal::Failure why = failure_of(receipts.error());
        const auto unreadable = refresh();
        std::vector<Outcome<D>> outcomes;
        for (const journal::Batch& batch : batches) {
            auto receipt = unreadable ? std::optional<journal::Receipt>() : journal_.receipt(batch.command).value_or(std::nullopt);
            outcomes.push_back(receipt ? Outcome<D>(*receipt) : Outcome<D>(refused(why)));
        }
        return outcomes;
    }

    /// While the hold lasts nobody else appends, so a refusal of the journal is a failure of it, too.
    static journal::Failure failure_of(const journal::AppendError& error) {
        if (const auto* failure = std::get_if<journal::Failure>(&error)) return *failure;
        return {.kind = journal::FailureKind::damaged,
                .what = "the journal changed while it was held",
                .remedy = "make sure that every writer of the journal is an evenfold, then try again"};
    }

    static std::unexpected<Refusal<D>> refused(journal::Failure failure) {
        return std::unexpected(Refusal<D>(std::move(failure)));
    }
    static std::unexpected<Refusal<D>> clash(const CommandId& command) {
        return std::unexpected(Refusal<D>(CommandIdConflict{command}));
    }
    static std::unexpected<Refusal<D>> rejected(typename D::Error error) {
        return std::unexpected(Refusal<D>(Rejected<D>{std::move(error)}));
    }

    journal::Journal& journal_;
    Clock clock_;
    mutable std::shared_mutex model_mutex_;
    Replayed<D> state_;
    std::mutex queue_mutex_;
    std::condition_variable answered_;
    std::vector<Waiting*> queue_;
    bool leading_ = false;
};

} // namespace evenfold::kernel
