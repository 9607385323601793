/// The git of orchestration: checkpoints, reverts, commits and worktrees of threads, as reactors.
/// Shape: each effect of section 6.9 that concerns git is one function from what it asks for to the commands that
/// confirm it; done again after a crash it finds what it had made. One of a thread runs at a time.
/// Errors: what git cannot do fails the checkpoint, commit, worktree or revert, with what broke and the remedy.
#pragma once

#include <filesystem>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/kernel/reacting/reactors.hpp"

namespace evenfold::orchestration {

struct GitOptions {
    std::filesystem::path worktrees; // the folder in which worktrees are made; empty: they fail
    std::filesystem::path
        left_out; // the journal's file: it, and files whose names begin with its, are in no checkpoint
};

using Reactors = kernel::Reactors<Orchestration>;

/// Checkpoints stand under `refs/evenfold/checkpoints/<id>`. A revert takes a checkpoint of what it replaces, lets the
/// thread's session go, so that the next turn begins a new one, and restores the target's files. A worktree
/// with changes that are not committed is not removed, ignored files aside: its release stays outstanding.
void add_git_reactors(Reactors& reactors, const GitOptions& options);

} // namespace evenfold::orchestration
