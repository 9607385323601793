/// A session of work on real files: the kernel, the thread that this process has claimed, and the git reactors.
/// Errors: have been printed. Functions return the exit code of the program.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/cli/command_line/invocation.hpp"
#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/exit_code.hpp"
#include "evenfold/cli/reacting/progress_line.hpp"
#include "evenfold/cli/recording/recorder.hpp"
#include "evenfold/cli/recording/target_options.hpp"
#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/reactors/orchestration/thread_claims.hpp"

namespace evenfold::cli {

class WorkspaceSession {
public:
    /// Opens a session on the open journal. Checkpoints exclude its files, and those of more than `file_mib_max`.
    [[nodiscard]] static std::expected<WorkspaceSession, ExitCode>
    open(journal::Journal& journal, const Invocation& invocation, std::uint32_t file_mib_max = file_mib_default);

    /// Claims the thread of that name, creating it if necessary, and runs its outstanding effects. Fails if a revert in
    /// its folder is unfinished.
    [[nodiscard]] std::expected<orchestration::ThreadId, ExitCode> claim(const TargetOptions& target);

    /// Like `claim`, but does not touch the files, because the recorded agent may be working on them.
    [[nodiscard]] std::expected<orchestration::ThreadId, ExitCode> claim_for_recording(const TargetOptions& target);

    /// Claims `thread` for this process. Does not check for unfinished reverts.
    [[nodiscard]] std::expected<void, ExitCode> claim(const orchestration::ThreadId& thread);

    /// Submits the command on behalf of `actor`.
    [[nodiscard]] std::expected<void, ExitCode>
    submit_or_report(orchestration::Command command, Actor actor = Actor::user);

    /// Like `submit_or_report`, but ignores rejections, because they mean that another process did it first.
    [[nodiscard]] std::expected<void, ExitCode> submit_unless_rejected(orchestration::Command command, Actor actor);

    /// Fails if a revert is unfinished in the folder of `thread`, in whichever thread. The message says how to finish
    /// or to undo it.
    [[nodiscard]] std::expected<void, ExitCode> check_no_open_revert(const orchestration::ThreadId& thread) const;

    /// Runs all outstanding effects of `thread` except reverts, and releases unused resources, until no effect is left
    /// or Ctrl-C was pressed more than `interrupts_before` times. Reports effects that fail.
    [[nodiscard]] std::expected<void, ExitCode>
    run_outstanding(const orchestration::ThreadId& thread, unsigned interrupts_before = 0);

    /// Like `run_outstanding`, but also runs a revert, and does not report why an effect failed, because the caller
    /// does. Returns false, without a report, if it was interrupted; no effect is running then.
    [[nodiscard]] std::expected<bool, ExitCode>
    run_requested(const orchestration::ThreadId& thread, unsigned interrupts_before = 0);

    /// Returns the changes that a revert of `thread` to `checkpoint` would make now; nothing if that was not taken.
    [[nodiscard]] std::expected<std::optional<git::RestorePreview>, system::Failure>
    preview_revert(const orchestration::ThreadId& thread, const orchestration::CheckpointId& checkpoint) const;

    /// Returns what the checkpoint lacks; nothing if it was not taken or is gone.
    [[nodiscard]] std::vector<git::CheckpointGap> gaps_of(const orchestration::CheckpointId& checkpoint) const;

    /// Prints what the checkpoint lacks, one line per gap, after `prefix`.
    void report_gaps(const orchestration::CheckpointId& checkpoint, std::string_view prefix) const;

    /// Fails if another process is at work in another thread that shares files with `thread`. Returns the titles of all
    /// such threads.
    [[nodiscard]] std::expected<std::vector<std::string>, ExitCode>
    check_alone(const orchestration::ThreadId& thread) const;

    /// Return the numbers of files that effects of this session have written and removed, and have begun to change.
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> files_restored() const;
    [[nodiscard]] std::uint64_t files_changed() const;

    /// Restores the files from before `revert`, which is in progress in a claimed thread, and gives it up. Returns the
    /// files that were edited since and are kept.
    [[nodiscard]] std::expected<std::vector<std::string>, ExitCode> abort_revert(const orchestration::RevertId& revert);

    /// Recovers threads other than `mine` whose process died: ends their turns, and captures files that `mine`, which
    /// must be idle, is about to change. Reverts and commits wait for a command on their own thread.
    [[nodiscard]] std::expected<void, ExitCode> recover_others(const orchestration::ThreadId& mine);

    /// Returns a recorder that appends to `thread`.
    [[nodiscard]] Recorder recorder(const orchestration::ThreadId& thread, std::string no_checkpoints);

    /// Returns `view(model)`.
    template <class View>
    [[nodiscard]] decltype(auto) read(View view) const {
        return kernel_->read([&](const orchestration::Model& model, Sequence) { return view(model); });
    }

private:
    [[nodiscard]] Outcome submit(orchestration::Command command, Actor actor);
    WorkspaceSession(journal::Journal& journal, const std::string& database, std::uint32_t file_mib_max,
                     std::unique_ptr<Kernel> kernel, orchestration::ThreadClaims thread_claims);
    [[nodiscard]] std::expected<void, ExitCode> take(const orchestration::ThreadId& thread);
    [[nodiscard]] ExitCode report_other_writer(const orchestration::ThreadId& thread) const;
    [[nodiscard]] std::expected<void, ExitCode> end_abandoned_turns();
    using EffectFilter = std::function<bool(const orchestration::Effect&, const orchestration::Model&)>;
    enum class Failures : std::uint8_t { reported, left_to_caller };
    enum class Reverts : std::uint8_t { included, left_alone };
    [[nodiscard]] static EffectFilter effects_of(const orchestration::ThreadId& thread, Reverts reverts);
    [[nodiscard]] std::expected<bool, ExitCode>
    run_effects(const EffectFilter& filter, unsigned interrupts_before, Failures failures);

    journal::Journal* journal_;
    std::unique_ptr<Kernel> kernel_;
    orchestration::ThreadClaims thread_claims_;
    orchestration::GitOptions git_;
    orchestration::Reactors reactors_;
    ProgressLine progress_;
};

} // namespace evenfold::cli
