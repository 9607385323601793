/// Where pure meets world: any domain over any journal.
/// Shape: commands in, receipts out, once each; the model follows the journal, and readers hold versions of it.
/// Errors: the domain's own rejection, a clash of command ids, or a failure of the journal, kept apart by type.
#pragma once

#include <expected>
#include <memory>
#include <utility>
#include <vector>

#include "evenfold/kernel/engine/engine.hpp"
#include "evenfold/kernel/replay.hpp"
#include "evenfold/kernel/versions.hpp"

namespace evenfold::kernel {

/// How a kernel is opened.
template <Domain D>
struct KernelOptions {
    /// A state of this journal, such as a snapshot that was stored: only later events are replayed. The default is the
    /// state before the first event.
    Replayed<D> starting_state{};
};

/// One domain over one journal. All functions may be called from any thread, also from one that holds the journal. The
/// journal outlives the kernel. A kernel that has been given commands keeps its model twice, and once more for each
/// snapshot held: what readers see moves with stored events only, and never waits for a writer or the disk.
template <Domain D>
class Kernel {
public:
    using Command = CommandEnvelope<typename D::Command>;
    using Model = typename D::Model;

    /// Opens a kernel and replays the events after the starting state: O(events). Fails when the journal cannot be
    /// read, an event cannot be decoded, or the starting state is ahead of the journal.
    [[nodiscard]] static std::expected<std::unique_ptr<Kernel>, journal::Failure>
    open(journal::Journal& journal, Clock clock, KernelOptions<D> options = {}) {
        auto replayed = replay<D>(journal, std::move(options.starting_state));
        if (!replayed) return std::unexpected(std::move(replayed.error()));
        return std::unique_ptr<Kernel>(new Kernel(journal, std::move(clock), std::move(*replayed)));
    }

    /// The receipt of `command`, once its events are as safe as the journal promises. The same command again has the
    /// same receipt. Commands of several threads that wait at the same time share one durable append.
    [[nodiscard]] Outcome<D> submit(const Command& command) {
        return outcome_of<D>(std::move(engine_.submit_all({erased(command)}).front()));
    }

    /// As `submit`, for several commands in order and with one durable append. Each has an outcome of its own: one that
    /// is refused does not keep the others from being accepted.
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

    /// The model as it is now, for as long as it is wanted: who holds it and the writer do not wait for each other. It
    /// has the events of every command that was answered before. O(1); what holding it costs is told in versions.hpp.
    [[nodiscard]] Snapshot<D> snapshot() const { return snapshot_of<D>(engine_.snapshots()); }

    /// What `view` answers of the same, and of the sequence that it has come to. It may take long, and call the kernel.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may answer nothing
        return read_from<D>(*engine_.snapshots(), std::move(view));
    }

    /// Take in what others have appended since; answers the sequence that the model has come to.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() { return engine_.catch_up(); }

    /// How many events of the journal this build does not know; they are kept, and folded to nothing.
    [[nodiscard]] std::uint64_t unknown_events() const { return snapshot()->unknown_events; }

    /// How many copies of the model there are: at most two more than snapshots have been held at a time.
    [[nodiscard]] std::size_t copies() const { return engine_.snapshots()->count(); }

private:
    Kernel(journal::Journal& journal, Clock clock, Replayed<D> state)
        : engine_(kernel_domain<D>(), journal, std::move(clock), owned<D>(std::move(state))) {}

    static AnyCommand erased(const Command& command) {
        return {.command = command.command,
                .actor = command.actor,
                .at = command.at,
                .cause = command.cause,
                .correlation = command.correlation,
                .body = &command.body};
    }

    Engine engine_;
};

} // namespace evenfold::kernel
