/// A session of work on real files: the kernel, the thread that this process has claimed, and the git reactors.
/// Errors: every error has been printed; the ExitCode is the exit code of the program.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit_code.hpp"
#include "evenfold/cli/recording/recorder.hpp"
#include "evenfold/cli/recording/target_options.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/reactors/orchestration/presence.hpp"

namespace evenfold::cli {

class WorkspaceSession {
public:
    /// Opens a session. `database` is the journal's file; checkpoints exclude it.
    [[nodiscard]] static std::expected<WorkspaceSession, ExitCode>
    open(journal::Journal& journal, const std::string& database);

    /// Claims the thread of that name, creating it if necessary, and performs the effects that are outstanding in it.
    [[nodiscard]] std::expected<orchestration::ThreadId, ExitCode> claim(const TargetOptions& target);

    /// Like `claim`, for a recording: touches no file, because the agent may be working on them.
    [[nodiscard]] std::expected<orchestration::ThreadId, ExitCode> claim_for_recording(const TargetOptions& target);

    /// Claims `thread` for this process.
    [[nodiscard]] std::expected<void, ExitCode> claim(const orchestration::ThreadId& thread);

    /// Submits the command on behalf of `actor`.
    [[nodiscard]] std::expected<void, ExitCode>
    submit_or_report(orchestration::Command asked, Actor actor = Actor::user);

    /// Like `submit_or_report`, but ignores rejections, because they mean that another process did it first.
    [[nodiscard]] std::expected<void, ExitCode> submit_unless_rejected(orchestration::Command asked, Actor actor);

    /// Performs all outstanding effects of `thread`, and releases resources that are no longer used, until none is left
    /// or Ctrl-C was pressed more than `interrupts_before` times.
    [[nodiscard]] std::expected<void, ExitCode>
    run_outstanding(const orchestration::ThreadId& thread, unsigned interrupts_before = 0);

    /// Recovers threads other than `mine` that processes left when they died: ends their turns and captures files that
    /// `mine`, which must be at rest, is about to change. Reverts and commits wait for a command on their own thread.
    [[nodiscard]] std::expected<void, ExitCode> recover_others(const orchestration::ThreadId& mine);

    /// Returns a recorder that appends to `thread`.
    [[nodiscard]] Recorder recorder(const orchestration::ThreadId& thread, std::string no_checkpoints);

    /// Returns what `view(model)` returns.
    template <class View>
    [[nodiscard]] decltype(auto) read(View view) const {
        return kernel_->read([&](const orchestration::Model& model, Sequence) { return view(model); });
    }

private:
    [[nodiscard]] Outcome submit(orchestration::Command asked, Actor actor);
    WorkspaceSession(journal::Journal& journal, const std::string& database, std::unique_ptr<Kernel> kernel,
                     orchestration::Presence presence);
    [[nodiscard]] std::expected<void, ExitCode> take(const orchestration::ThreadId& thread);
    [[nodiscard]] ExitCode report_other_writer(const orchestration::ThreadId& thread) const;
    [[nodiscard]] std::expected<void, ExitCode> end_abandoned_turns();
    [[nodiscard]] std::expected<void, ExitCode>
    run_outstanding(const std::function<bool(const orchestration::Effect&, const orchestration::Model&)>& mine,
                    unsigned interrupts_before);

    journal::Journal* journal_;
    std::unique_ptr<Kernel> kernel_;
    orchestration::Presence presence_;
    orchestration::Reactors reactors_;
};

} // namespace evenfold::cli
