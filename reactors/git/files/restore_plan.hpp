/// The changes that restore a checkpoint, determined before any of them is made.
/// Shapes: entries sorted by path; kept paths as git quotes them.
/// Errors: Failure; in_the_way if a file that must stay would have to be removed.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/reactors/git/files/work_tree.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/git/store/tree.hpp"

namespace evenfold::git {

struct RestorePlan {
    std::vector<TreeEntry> removals;
    std::vector<TreeEntry> writes;
    std::vector<std::string> kept; // see RestoreCounts
};

/// The files before a restore. All members must outlive the planning.
struct RestoreInput {
    const Repository& repository;
    Objects& objects;
    WorkTree& work_tree;
    const Scan& now;
    const std::vector<TreeEntry>& target;
    const Coverage& coverage;             // of the target
    const std::vector<TreeEntry>* rescue; // nullptr: any file may be removed
    const PathScope& scope;               // of the scan `now`: other files stay as they are
    UnsavedFiles unsaved;
};

[[nodiscard]] std::expected<RestorePlan, Failure> plan_restore(const RestoreInput& input);

/// Returns whether the file is a .gitignore.
[[nodiscard]] bool sets_rules(const TreeEntry& entry);

} // namespace evenfold::git
