/// The reactors for the git effects of the domain of coding agents: checkpoints, reverts, commits and worktrees of
/// threads. Each effect of section 6.9 that concerns git is one function from its request to the commands that confirm
/// it. Repeated after a crash, it finds its earlier results. Effects of one thread run one at a time.
/// Errors: a failure of git fails the checkpoint, commit, worktree or revert, with the defect and the remedy.
///
///     orchestration::Reactors reactors; // for a kernel::ReactorLoop<orchestration::Orchestration>
///     orchestration::add_git_reactors(
///         reactors, {.worktrees = "/home/ada/worktrees", .excluded_file = "/home/ada/abacus/evenfold.db"});
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/kernel/reacting/reactors.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::git {
struct Progress;
} // namespace evenfold::git

namespace evenfold::orchestration {

struct GitOptions {
    std::filesystem::path worktrees; // the folder in which worktrees are created; if empty, creating one fails
    /// The journal's file. No checkpoint contains it, or any file whose name begins with its name.
    std::filesystem::path excluded_file;
    /// Checkpoints and commits leave out larger files.
    std::uint64_t file_bytes_max = 100U << 20U;
    /// Counts the work of all reactors, if given.
    std::shared_ptr<git::Progress> progress{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

using Reactors = kernel::Reactors<Orchestration>;

/// Adds the reactors. Checkpoints are under `refs/evenfold/checkpoints/<id>`. A revert takes a checkpoint of the
/// current files, ends the thread's session so that the next turn begins a new one, and restores the target's files.
/// A worktree with uncommitted changes (except ignored files) is not removed, and its release stays outstanding.
/// A revert that cannot restore all files is undone before it fails. A reactor that is stopped while it restores files
/// stops between two files, and the revert stays in progress.
void add_git_reactors(Reactors& reactors, const GitOptions& options);

/// Restores the files from before `revert`, which must be in progress in a thread that this program has claimed. The
/// caller then submits FailRevert. Returns the files that were edited since the revert began, which are kept. A retry
/// after a kill continues.
[[nodiscard]] std::expected<std::vector<std::string>, system::Failure>
undo_revert(const Model& model, const RevertId& revert, const GitOptions& options);

} // namespace evenfold::orchestration
