/// The reactors for the git effects of the domain of coding agents: checkpoints, reverts, commits and worktrees of
/// threads. Each effect of section 6.9 that concerns git is one function from its request to the commands that confirm
/// it. Repeated after a crash, it finds its earlier results. Effects of one thread run one at a time.
/// Errors: a failure of git fails the checkpoint, commit, worktree or revert, with the defect and the remedy.
///
///     orchestration::Reactors reactors; // for a kernel::ReactorLoop<orchestration::Orchestration>
///     orchestration::add_git_reactors(
///         reactors, {.worktrees = "/home/ada/worktrees", .excluded_file = "/home/ada/abacus/evenfold.db"});
#pragma once

#include <filesystem>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/kernel/reacting/reactors.hpp"

namespace evenfold::orchestration {

struct GitOptions {
    std::filesystem::path worktrees; // the folder in which worktrees are created; if empty, creating one fails
    /// The journal's file. No checkpoint contains it, or any file whose name begins with its name.
    std::filesystem::path excluded_file;
};

using Reactors = kernel::Reactors<Orchestration>;

/// Adds the reactors. Checkpoints are under `refs/evenfold/checkpoints/<id>`. A revert takes a checkpoint of the
/// current files, ends the thread's session so that the next turn begins a new one, and restores the target's files.
/// A worktree with uncommitted changes (except ignored files) is not removed, and its release stays outstanding.
void add_git_reactors(Reactors& reactors, const GitOptions& options);

} // namespace evenfold::orchestration
