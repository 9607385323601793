/// `Kernel<D>`: runs the domain D over a journal. It decides commands, appends their events, returns receipts, and
/// keeps the model current. A command id takes effect once.
/// Any thread may call it. The journal must outlive the kernel; snapshots may outlive both.
/// Errors are values of distinct types: the domain's own rejection, a conflict of command ids, and others, listed in
/// outcome.hpp. After a failure of the journal the same command may be submitted again. If a function of the domain
/// throws, the command fails and nothing of it is stored; after `project` the kernel replays the journal.
///
///     const auto kernel = kernel::Kernel<Counter>::open(journal, &kernel::now);
///     kernel::Kernel<Counter>::Command add;
///     add.command = kernel::fresh<CommandId>();
///     add.body = Add{60};
///     const kernel::Outcome<Counter> outcome = (*kernel)->submit(add);
///     assert(outcome && outcome->first == 1 && outcome->count == 1); // event 1 is Added{60}
///     const kernel::Snapshot<Counter> snapshot = (*kernel)->snapshot(); // immutable, for any thread
///     assert(snapshot->model.value == 60);
#pragma once

#include <expected>
#include <memory>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/engine.hpp"
#include "evenfold/kernel/engine/kernel_options.hpp"
#include "evenfold/kernel/engine/signature_check.hpp"
#include "evenfold/kernel/replay.hpp"
#include "evenfold/kernel/versions.hpp"

namespace evenfold::kernel {

/// One domain over one journal, which must outlive the kernel. All functions may be called from any thread, also from
/// one that holds the journal. A kernel that has had commands keeps its model twice, and once more for each snapshot
/// held. Readers see stored events only, and never wait for a writer or the disk.
template <Domain D>
class Kernel {
public:
    using Command = CommandEnvelope<typename D::Command>;
    using Model = typename D::Model;

    /// Opens a kernel and replays the events after the starting state: O(events). Fails when the journal cannot be
    /// read, an event cannot be decoded or makes the domain throw, the starting state is ahead of the journal, D has
    /// personal fields and there is no sealer, or the signatures that a trust covers are not right.
    [[nodiscard]] static std::expected<std::unique_ptr<Kernel>, journal::Failure>
    open(journal::Journal& journal, Clock clock, KernelOptions<D> options = {}) {
        if (auto broken = check_signatures(journal, options.trust, options.check)) return std::unexpected(*broken);
        auto replayed = replay<D>(journal, std::move(options.starting_state), to_the_head, options.sealer);
        if (!replayed) return std::unexpected(std::move(replayed.error()));
        return std::unique_ptr<Kernel>(new Kernel(journal, std::move(clock), std::move(*replayed), options.sealer));
    }

    /// Decides `command` and appends its events. Returns the receipt once the append is durable (see
    /// `Journal::durability`). Idempotent: the same command id and body again returns the original receipt. Concurrent
    /// commands share one durable append.
    [[nodiscard]] Outcome<D> submit(const Command& command) {
        return outcome_of<D>(std::move(engine_.submit_all({erased(command)}).front()));
    }

    /// Submits several commands in order with one durable append. Returns an outcome for each: a refused command does
    /// not prevent the others from being accepted.
    [[nodiscard]] std::vector<Outcome<D>> submit_all(const std::vector<Command>& commands) {
        std::vector<AnyCommand> all;
        all.reserve(commands.size());
        for (const Command& command : commands) all.push_back(erased(command));
        std::vector<Outcome<D>> outcomes;
        outcomes.reserve(commands.size());
        for (AnyOutcome& outcome : engine_.submit_all(std::move(all)))
            outcomes.push_back(outcome_of<D>(std::move(outcome)));
        return outcomes;
    }

    /// Returns the current model, which has the events of every command that has returned. Its holder and the writer do
    /// not wait for each other. O(1); see versions.hpp for the cost of holding it.
    [[nodiscard]] Snapshot<D> snapshot() const { return snapshot_of<D>(engine_.snapshots()); }

    /// Returns the result of `view(model, sequence)` for the current model. The view may take long, and may call the
    /// kernel.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may return nothing
        return read_from<D>(*engine_.snapshots(), std::move(view));
    }

    /// Folds what other writers have appended. After an erasure of personal values, folds all events again, so that the
    /// model has none of them. Returns the sequence of the last event in the model.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() { return engine_.catch_up(); }

    /// Returns the number of events that this build does not know. They are kept, but do not change the model.
    [[nodiscard]] std::uint64_t unknown_events() const { return snapshot()->unknown_events; }

    /// Returns the number of events whose payloads were removed. They do not change the model.
    [[nodiscard]] std::uint64_t removed_events() const { return snapshot()->removed_events; }

    /// Returns the number of copies of the model: at most two more than the maximum of snapshots held at the same time.
    [[nodiscard]] std::size_t copies() const { return engine_.snapshots()->count(); }

private:
    Kernel(journal::Journal& journal, Clock clock, ReplayedModel<D> state, codec::Sealer* sealer)
        : engine_(kernel_domain<D>(), journal, std::move(clock), owned<D>(std::move(state)), sealer) {}

    static AnyCommand erased(const Command& command) {
        return {.command = command.command,
                .actor = command.actor,
                .at = command.at,
                .cause = command.cause,
                .correlation = command.correlation,
                .body = &command.body,
                .expectation = command.expectation};
    }

    Engine engine_;
};

} // namespace evenfold::kernel
