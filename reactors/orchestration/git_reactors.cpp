#include "evenfold/reactors/orchestration/git_reactors.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/git/worktree.hpp"
#include "evenfold/reactors/orchestration/revert_files.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"

namespace evenfold::orchestration {
namespace {

using HandlerResult = kernel::HandlerResult<Orchestration>;
using Attempt = kernel::Attempt<Orchestration>;
using Commands = std::vector<Command>;

constexpr std::string_view checkpoint_refs = "refs/evenfold/checkpoints/";
constexpr std::uint32_t attempts_max = 6;
constexpr auto git_deadline = std::chrono::hours(1); // enough for the first capture of a large tree on a slow disk

std::unexpected<kernel::AttemptError> fail(std::string reason) {
    return std::unexpected(kernel::AttemptError{.reason = std::move(reason), .is_final = true});
}

/// Marks failures as final unless they may be transient.
std::unexpected<kernel::AttemptError> fail(const git::Failure& failure) {
    const bool is_transient = failure.kind == git::FailureKind::busy || failure.kind == git::FailureKind::stopped ||
                              failure.kind == git::FailureKind::full || failure.kind == git::FailureKind::input_output;
    return std::unexpected(
        kernel::AttemptError{.reason = fmt::format("{}. {}", failure.what, failure.remedy), .is_final = !is_transient});
}

/// Returns the reason in the form that events store.
std::string reason_of(const std::string& text) {
    return text.empty() ? "no reason was given" : std::string(utf8_prefix(text, label_bytes_max));
}

std::string ref_named(const CheckpointId& checkpoint) {
    return fmt::format("{}{}", checkpoint_refs, to_text(checkpoint));
}

/// Opens the repository of a thread's folder.
std::expected<git::Repository, git::Failure>
open_repository(const std::string& folder, const GitOptions& options, const std::stop_token& stop) {
    auto repository = git::open(folder, options.excluded_file, stop);
    if (!repository) return repository;
    if (options.progress) repository->progress = options.progress;
    repository->file_bytes_max = options.file_bytes_max;
    return repository;
}

/// Returns as much of the list as one event can hold.
std::vector<CompactString> fit_into_event(const std::vector<std::string>& files) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < files.size() && (bytes += files[count].size() + 1) <= content_bytes_max) ++count;
    const auto end = files.begin() + static_cast<std::ptrdiff_t>(count);
    return {files.begin(), end};
}

/// Captures the folder of `thread` as `checkpoint`, with all files that the checkpoint `also` has, if one is given.
std::expected<CheckpointRef, kernel::AttemptError>
capture_thread(const ThreadId& thread, const CheckpointId& checkpoint, const std::optional<CheckpointId>& also,
               const Attempt& attempt, const GitOptions& options) {
    const auto [folder, previous, other] = attempt.read([&](const Model& model, Sequence) {
        return std::tuple(folder_of(model, thread), ref_before(model, thread, checkpoint),
                          also ? ref_of(model, *also) : std::nullopt);
    });
    if (!folder) return fail("the thread has no folder, because its worktree could not be created");
    const auto repository = open_repository(*folder, options, attempt.stop);
    if (!repository) return fail(repository.error());
    auto taken = git::capture(
        *repository,
        {.ref = ref_named(checkpoint),
         .message = fmt::format("Checkpoint {}\n\nThread: {}", to_text(checkpoint), to_text(thread)),
         .author = {.name = "evenfold", .email = "evenfold@localhost", .at_s = kernel::now().unix_ms / 1000},
         .previous = previous,
         .also = other ? std::vector{*other} : std::vector<std::string>{}});
    if (!taken) return fail(taken.error());
    return CheckpointRef{.git_ref = taken->ref, .files = fit_into_event(taken->files)};
}

HandlerResult on(const CaptureCheckpoint& due, const Attempt& attempt, const GitOptions& options) {
    auto ref = capture_thread(due.thread, due.checkpoint, {}, attempt, options);
    if (!ref) return std::unexpected(std::move(ref.error()));
    return Commands{AssignCheckpointRef{
        .checkpoint = due.checkpoint, .git_ref = std::move(ref->git_ref), .files = std::move(ref->files)}};
}

// The steps of a revert. Each may be repeated.

HandlerResult take_rescue(const RunRevert& due, const Attempt& attempt, const GitOptions& options) {
    auto rescue = capture_thread(due.thread, rescue_of(due.revert), due.target, attempt, options);
    if (!rescue) return std::unexpected(std::move(rescue.error()));
    return Commands{
        AdvanceRevert{.revert = due.revert, .stage = RevertStage::rescue_taken, .rescue = std::move(*rescue)}};
}

/// Ends the session, because an agent cannot forget. The next turn begins a new one with the kept conversation only.
HandlerResult roll_back_conversation(const RunRevert& due, const Attempt& attempt) {
    const auto session = attempt.read([&](const Model& model, Sequence) {
        const Thread* thread = model->index.find(due.thread);
        return thread && thread->session ? std::optional(thread->session->epoch) : std::nullopt;
    });
    Commands commands;
    if (session)
        commands.emplace_back(
            LoseSession{.thread = due.thread, .epoch = *session, .reason = "the conversation goes back"});
    commands.emplace_back(
        AdvanceRevert{.revert = due.revert, .stage = RevertStage::conversation_rolled_back, .rescue = {}});
    return commands;
}

/// Undoes a restore that cannot be completed, so that files and conversation agree. A full disk is such a case, because
/// the work tree would stay a mixture until somebody makes room.
std::unexpected<kernel::AttemptError>
undo_restore(const git::Repository& repository, const git::Failure& failure, const RevertFiles& files, bool is_last) {
    auto setback = fail(failure);
    const bool is_retried = failure.kind == git::FailureKind::busy && !is_last;
    if (is_retried || failure.kind == git::FailureKind::stopped || !files.rescue) return setback;
    setback.error().is_final = true;
    setback.error().reason += " " + restore_rescue_or_explain(repository, files);
    return setback;
}

HandlerResult restore_files(const RunRevert& due, const Attempt& attempt, const GitOptions& options) {
    const RevertFiles files =
        attempt.read([&](const Model& model, Sequence) { return files_of(model, due.thread, due.target, due.revert); });
    if (!files.folder || !files.target) return fail("the target checkpoint or the thread's folder no longer exists");
    const auto repository = open_repository(*files.folder, options, attempt.stop);
    if (!repository) return fail(repository.error());
    const auto restored = git::restore(*repository, {.ref = *files.target, .rescue = files.rescue});
    if (!restored) return undo_restore(*repository, restored.error(), files, attempt.number >= attempts_max);
    return Commands{AdvanceRevert{.revert = due.revert, .stage = RevertStage::files_restored, .rescue = {}}};
}

HandlerResult on(const RunRevert& due, const Attempt& attempt, const GitOptions& options) {
    switch (due.stage) {
    case RevertStage::requested: return take_rescue(due, attempt, options);
    case RevertStage::rescue_taken: return roll_back_conversation(due, attempt);
    case RevertStage::conversation_rolled_back: return restore_files(due, attempt, options);
    case RevertStage::files_restored: break;
    }
    return Commands{CompleteRevert{due.revert}};
}

HandlerResult on(const MakeCommit& due, const Attempt& attempt, const GitOptions& options) {
    const auto [folder, checkpoint] = attempt.read([&](const Model& model, Sequence) {
        return std::pair(folder_of(model, due.thread), due.checkpoint ? ref_of(model, *due.checkpoint) : std::nullopt);
    });
    if (!folder) return fail("the thread has no folder");
    if (due.checkpoint && !checkpoint) return fail("the checkpoint to commit no longer exists");
    const auto repository = open_repository(*folder, options, attempt.stop);
    if (!repository) return fail(repository.error());
    auto made = git::commit(*repository, {.id = to_text(due.commit), .message = due.message, .checkpoint = checkpoint});
    if (!made) return fail(made.error());
    return Commands{AssignCommitRef{.commit = due.commit,
                                    .sha = std::move(made->sha),
                                    .branch = made->branch.empty() ? "HEAD" : std::move(made->branch)}};
}

HandlerResult on(const PrepareWorktree& due, const Attempt& attempt, const GitOptions& options) {
    if (options.worktrees.empty()) return fail("this program is not configured to create worktrees");
    const auto repository = git::open(due.root, {}, attempt.stop);
    if (!repository) return fail(repository.error());
    const std::string name = to_text(due.thread);
    auto made = git::add_worktree(*repository, {.name = name,
                                                .path = options.worktrees / name,
                                                .base = due.base_ref,
                                                .branch = fmt::format("evenfold/{}-{}", due.name, name.substr(24))});
    if (!made) return fail(made.error());
    return Commands{
        AssignWorktree{.thread = due.thread, .path = made->path.string(), .branch = std::move(made->branch)}};
}

/// Returns whether the resource is gone together with its repository.
bool is_gone(const git::Failure& failure) {
    return failure.kind == git::FailureKind::not_found || failure.kind == git::FailureKind::not_a_repository;
}

std::expected<void, git::Failure> release(const GitRefResource& held, const std::stop_token& stop) {
    const auto repository = git::open(held.root.view(), {}, stop);
    if (!repository) return std::unexpected(repository.error());
    return git::remove_ref(*repository, held.git_ref);
}
std::expected<void, git::Failure> release(const WorktreeResource& held, const std::stop_token& stop) {
    const auto repository = git::open(held.root.view(), {}, stop);
    if (!repository) return std::unexpected(repository.error());
    return git::remove_worktree(*repository, std::filesystem::path(held.path.view()).filename().string(),
                                git::Unsaved::keep);
}
std::expected<void, git::Failure> release(const SessionResource&, const std::stop_token&) {
    return {}; // the session ended with its process
}

HandlerResult on(const Release& due, const Attempt& attempt, const GitOptions&) {
    const auto released = std::visit([&](const auto& held) { return release(held, attempt.stop); }, due.resource);
    if (!released && !is_gone(released.error())) return fail(released.error());
    return Commands{ReleaseResource{due.resource}};
}

kernel::ReactorPolicy policy(kernel::Urgency urgency) {
    return {.urgency = urgency,
            .deadline = git_deadline,
            .attempts_max = attempts_max,
            .backoff_first = kernel::MonotonicTime(500),
            .backoff_max = kernel::MonotonicTime(30'000),
            .process_bound = false,
            .actor = Actor::reactor};
}

/// Returns the lane of an effect: effects in one thread's folder run one at a time.
const auto in_thread = [](const auto& due) { return to_text(due.thread); };

} // namespace

std::expected<std::vector<std::string>, system::Failure>
undo_revert(const Model& model, const RevertId& revert, const GitOptions& options) {
    const Revert* open = model->index.find(revert);
    if (!open || open->stage < RevertStage::conversation_rolled_back) return {}; // no file was changed
    const RevertFiles files = files_of(model, open->thread, open->target, revert);
    if (!files.rescue || !files.folder) return {};
    const auto repository = open_repository(*files.folder, options, {});
    if (!repository) return std::unexpected(repository.error());
    auto restored = restore_rescue(*repository, files);
    if (!restored) return std::unexpected(restored.error());
    return std::move(restored->kept);
}

void add_git_reactors(Reactors& reactors, const GitOptions& options) {
    const auto handled = [options](const auto& due, const Attempt& attempt) { return on(due, attempt, options); };
    reactors.add<CaptureCheckpoint>({.policy = policy(kernel::Urgency::user),
                                     .lane = in_thread,
                                     .handle = {handled},
                                     .give_up = {[](const CaptureCheckpoint& due, const std::string& reason) {
                                         return FailCheckpoint{.checkpoint = due.checkpoint,
                                                               .reason = reason_of(reason)};
                                     }}});
    reactors.add<RunRevert>({.policy = policy(kernel::Urgency::user),
                             .lane = in_thread,
                             .handle = {handled},
                             .give_up = {[](const RunRevert& due, const std::string& reason) {
                                 return FailRevert{.revert = due.revert, .reason = reason_of(reason)};
                             }}});
    reactors.add<MakeCommit>({.policy = policy(kernel::Urgency::user),
                              .lane = in_thread,
                              .handle = {handled},
                              .give_up = {[](const MakeCommit& due, const std::string& reason) {
                                  return FailCommit{.commit = due.commit, .reason = reason_of(reason)};
                              }}});
    reactors.add<PrepareWorktree>({.policy = policy(kernel::Urgency::user),
                                   .lane = in_thread,
                                   .handle = {handled},
                                   .give_up = {[](const PrepareWorktree& due, const std::string& reason) {
                                       return FailWorktree{.thread = due.thread, .reason = reason_of(reason)};
                                   }}});
    reactors.add<Release>({.policy = policy(kernel::Urgency::background),
                           .lane = [](const Release&) { return std::string("garbage"); },
                           .handle = {handled},
                           .give_up = {[](const Release&, const std::string&) { return std::optional<Command>(); }}});
}

} // namespace evenfold::orchestration
