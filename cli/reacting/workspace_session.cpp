#include "evenfold/cli/reacting/workspace_session.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/project_journal.hpp"
#include "evenfold/cli/recording/recording_target.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/kernel/reacting/thread_runtime.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// Returns the thread of the effect, or of the resource that it releases.
std::optional<ThreadId> thread_of_effect(const Effect& effect) {
    return std::visit(
        []<class Due>(const Due& due) -> std::optional<ThreadId> {
            if constexpr (std::is_same_v<Due, Release>)
                return thread_of(due.resource);
            else
                return due.thread;
        },
        effect.body);
}

/// Returns the file whose neighbours are those of the journal. A journal on a server has no file, and worktrees are put
/// where the project's own journal would be.
std::filesystem::path local_file_of(const std::string& database) {
    std::error_code ignored;
    if (!names_server(database)) return std::filesystem::absolute(database, ignored);
    const auto folder = std::filesystem::current_path(ignored);
    const auto file = find_project_journal(folder);
    return file ? *file : std::filesystem::path();
}

GitOptions git_options(const std::string& database, std::uint32_t file_mib_max) {
    const std::filesystem::path file = local_file_of(database);
    return {.worktrees = file.empty() ? file : std::filesystem::path(file.string() + "-worktrees"),
            .excluded_file = file,
            .file_bytes_max = std::uint64_t{file_mib_max} << 20U,
            .progress = std::make_shared<git::Progress>()};
}

std::expected<ThreadClaims, ExitCode> open_claims(const Invocation& invocation) {
    auto locks = invocation.open_locks();
    if (!locks) return std::unexpected(locks.error());
    if (*locks) return ThreadClaims(std::move(*locks));
    auto claims = ThreadClaims::open(invocation.database());
    if (!claims) return std::unexpected(report_error(claims.error()));
    return std::move(*claims);
}

} // namespace

WorkspaceSession::WorkspaceSession(journal::Journal& journal, const std::string& database, std::uint32_t file_mib_max,
                                   std::unique_ptr<Kernel> kernel, ThreadClaims thread_claims)
    : journal_(&journal),
      kernel_(std::move(kernel)),
      thread_claims_(std::move(thread_claims)),
      git_(git_options(database, file_mib_max)),
      progress_(git_.progress) {
    add_git_reactors(reactors_, git_);
}

std::expected<WorkspaceSession, ExitCode>
WorkspaceSession::open(journal::Journal& journal, const Invocation& invocation, std::uint32_t file_mib_max) {
    auto thread_claims = open_claims(invocation);
    if (!thread_claims) return std::unexpected(thread_claims.error());
    auto kernel = Kernel::open(journal, &kernel::now);
    if (!kernel) return std::unexpected(report_error(kernel.error()));
    system::catch_interrupts();
    return WorkspaceSession(journal, invocation.database(), file_mib_max, std::move(*kernel), *thread_claims);
}

std::expected<ThreadId, ExitCode> WorkspaceSession::claim(const TargetOptions& target) {
    // First run effects that an earlier process left, because the thread may wait for them.
    if (const auto known = read([&](const Model& model) { return find_target_thread(model->index, target); })) {
        if (const auto claimed = claim(*known); !claimed) return std::unexpected(claimed.error());
        if (const auto free = check_no_open_revert(*known); !free) return std::unexpected(free.error());
        if (const auto done = run_outstanding(*known); !done) return std::unexpected(done.error());
    }
    auto thread = claim_thread(*journal_, *kernel_, thread_claims_, target);
    if (!thread) return thread;
    if (const auto free = check_no_open_revert(*thread); !free) return std::unexpected(free.error());
    return thread;
}

std::expected<ThreadId, ExitCode> WorkspaceSession::claim_for_recording(const TargetOptions& target) {
    return claim_thread(*journal_, *kernel_, thread_claims_, target);
}

std::expected<void, ExitCode> WorkspaceSession::claim(const ThreadId& thread) {
    if (const auto taken = take(thread); !taken) return taken;
    if (!thread_claims_.wait_for_recovery(thread)) return std::unexpected(report_other_writer(thread));
    return {};
}

std::expected<void, ExitCode> WorkspaceSession::take(const ThreadId& thread) {
    const auto hold = journal_->hold();
    if (!hold) return std::unexpected(report_error(hold.error()));
    if (!thread_claims_.claim(thread)) return std::unexpected(report_other_writer(thread));
    if (const auto now = kernel_->catch_up(); !now) return std::unexpected(report_error(now.error()));
    const auto closed = close_abandoned(*kernel_, thread);
    if (!closed) return std::unexpected(report_error(closed.error(), Actor::system));
    return {};
}

ExitCode WorkspaceSession::report_other_writer(const ThreadId& thread) const {
    const auto [title, root] = read([&](const Model& model) {
        const Thread* found = model->index.find(thread);
        const Project* project = found ? model->index.find(found->project) : nullptr;
        return std::pair(found ? std::string(found->title) : to_text(thread),
                         project ? project->root : std::string("no project"));
    });
    return cli::report_other_writer(title, root);
}

Outcome WorkspaceSession::submit(orchestration::Command command, Actor actor) {
    return kernel_->submit({.command = kernel::fresh<CommandId>(),
                            .actor = actor,
                            .at = kernel::now(),
                            .cause = {},
                            .correlation = {},
                            .body = std::move(command)});
}

std::expected<void, ExitCode> WorkspaceSession::submit_or_report(orchestration::Command command, Actor actor) {
    const auto outcome = submit(std::move(command), actor);
    if (!outcome) return std::unexpected(report_error(outcome.error(), actor));
    return {};
}

std::expected<void, ExitCode> WorkspaceSession::submit_unless_rejected(orchestration::Command command, Actor actor) {
    const auto outcome = submit(std::move(command), actor);
    if (outcome || std::holds_alternative<kernel::Rejected<Domain>>(outcome.error())) return {};
    return std::unexpected(report_error(outcome.error(), actor));
}

Recorder WorkspaceSession::recorder(const ThreadId& thread, std::string no_checkpoints) {
    return {*journal_, *kernel_, thread, std::move(no_checkpoints)};
}

WorkspaceSession::EffectFilter WorkspaceSession::effects_of(const ThreadId& thread, Reverts reverts) {
    return [thread, reverts](const Effect& effect, const Model& model) {
        if (reverts == Reverts::left_alone && std::holds_alternative<RunRevert>(effect.body)) return false;
        const auto owner = thread_of_effect(effect);
        const bool has_no_owner = std::holds_alternative<Release>(effect.body) && owner && !model->index.find(*owner);
        return owner == thread || has_no_owner;
    };
}

std::expected<void, ExitCode> WorkspaceSession::run_outstanding(const ThreadId& thread, unsigned interrupts_before) {
    const auto done = run_effects(effects_of(thread, Reverts::left_alone), interrupts_before, Failures::reported);
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
    return std::unexpected(
        report_error("interrupted", "the next command in this thread takes the checkpoints that are missing"));
}

std::expected<bool, ExitCode> WorkspaceSession::run_requested(const ThreadId& thread, unsigned interrupts_before) {
    return run_effects(effects_of(thread, Reverts::included), interrupts_before, Failures::left_to_caller);
}

std::pair<std::uint64_t, std::uint64_t> WorkspaceSession::files_restored() const {
    return {git_.progress->written, git_.progress->removed};
}

std::uint64_t WorkspaceSession::files_changed() const {
    return git_.progress->changed;
}

std::expected<std::vector<std::string>, ExitCode> WorkspaceSession::abort_revert(const RevertId& revert) {
    auto kept = read([&](const Model& model) { return undo_revert(model, revert, git_); });
    if (!kept) return std::unexpected(report_error(kept.error()));
    const auto ended = submit_or_report(FailRevert{.revert = revert, .reason = "aborted by the user"});
    if (!ended) return std::unexpected(ended.error());
    return std::move(*kept);
}

std::expected<void, ExitCode> WorkspaceSession::recover_others(const ThreadId& mine) {
    if (const auto ended = end_abandoned_turns(); !ended) return ended;
    const auto left = read([&](const Model& model) {
        std::set<ThreadId> threads;
        const auto folder = folder_of(model, mine);
        for (const Effect& effect : outstanding(model)) {
            const auto* due = std::get_if<CaptureCheckpoint>(&effect.body);
            const bool is_other = due && due->thread != mine;
            if (is_other && folder_of(model, due->thread) == folder) threads.insert(due->thread);
        }
        return threads;
    });
    for (const ThreadId& thread : left) {
        if (!thread_claims_.acquire_recovery(thread)) continue;
        const auto done = run_effects(
            [&](const Effect& effect, const Model&) {
                const auto* due = std::get_if<CaptureCheckpoint>(&effect.body);
                return due && due->thread == thread;
            },
            0, Failures::reported);
        thread_claims_.release_recovery(thread);
        if (!done) return std::unexpected(done.error());
        if (!*done) return std::unexpected(report_error("interrupted"));
    }
    return {};
}

/// Holds the journal so that no other process begins a turn between the read and the commands.
std::expected<void, ExitCode> WorkspaceSession::end_abandoned_turns() {
    const auto hold = journal_->hold();
    if (!hold) return std::unexpected(report_error(hold.error()));
    if (const auto now = kernel_->catch_up(); !now) return std::unexpected(report_error(now.error()));
    const auto abandoned = [&] {
        return read([&](const Model& model) {
            std::vector<TurnId> turns = model->index.active_turns.sorted();
            std::erase_if(turns, [&](const TurnId& id) {
                const Turn* turn = model->index.find(id);
                return !turn || thread_claims_.is_claimed_elsewhere(turn->thread);
            });
            return turns;
        });
    };
    if (abandoned().empty()) return {};
    const auto reconcile = read([&](const Model& model) { return reconciliation(thread_claims_, model); });
    if (const auto done = submit_or_report(reconcile, Actor::system); !done) return done;
    for (const TurnId& turn : abandoned()) { // their process died before it got them
        const auto stopped = submit_or_report(ForceStopTurn{.turn = turn, .reason = "its process is gone"});
        if (!stopped) return stopped;
    }
    return {};
}

/// Returns false if it was interrupted. Running effects have ended then.
std::expected<bool, ExitCode>
WorkspaceSession::run_effects(const EffectFilter& filter, unsigned interrupts_before, Failures failures) {
    kernel::ThreadRuntime runtime(*journal_);
    kernel::ReactorLoop<Domain> loop(
        *kernel_, reactors_, runtime,
        {.running_max = 2,
         .seed = static_cast<std::uint64_t>(kernel::now().unix_ms),
         .filter = filter,
         .on_event = [&](const kernel::LoopEvent& event) { progress_.show(event, failures == Failures::reported); }});
    while (system::interrupt_count() <= interrupts_before) {
        const auto next = loop.step();
        if (loop.is_idle()) return true;
        progress_.refresh();
        const auto soon = runtime.elapsed() + kernel::MonotonicTime(100); // wakes up to check for an interrupt
        runtime.wait(next ? std::min(*next, soon) : soon);
    }
    std::stop_source interrupted;
    interrupted.request_stop();
    loop.run(interrupted.get_token()); // only waits for the running effects
    return false;
}

} // namespace evenfold::cli
